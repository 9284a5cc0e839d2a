import { createRunner } from 'jest-light-runner';
import { compiledPath } from './compile.js';

/** Workers that load the product once, not once for each test file. Threads, because they end with the run. */
const LightRunner = createRunner({ runtime: 'worker_threads' });

/** Finds tests by their sources and runs what they were compiled to. */
export default class CompiledTestRunner extends LightRunner {
  async runTests(tests, watcher, onStart, onResult, onFailure) {
    // With one worker the runner would use the main thread, which can hold the setup of one project only.
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
