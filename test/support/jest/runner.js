import { createRunner } from 'jest-light-runner';
import { compiledPath } from './compile.js';

/**
 * Workers load the product once instead of once for each test file. They are threads, because threads end
 * with the run.
 */
const LightRunner = createRunner({ runtime: 'worker_threads' });

/** Finds tests by their sources and runs the compiled files. */
export default class CompiledTestRunner extends LightRunner {
  async runTests(tests, watcher, onStart, onResult, onFailure) {
    // With one worker, the runner would use the main thread, which can hold the setup of only one project.
    if (new Set(tests.map(({ context }) => context)).size > 1) this._runtime = 'worker_threads';
    const sourceOf = new Map(tests.map((test) => [{ ...test, path: compiledPath(test.path) }, test]));
    await super.runTests(
      [...sourceOf.keys()],
      watcher,
      (test) => onStart(sourceOf.get(test)),
      (test, result) => {
        const source = sourceOf.get(test);
        return onResult(source, { ...result, testFilePath: source.path });
      },
      (test, error) => onFailure(sourceOf.get(test), error),
    );
  }
}
