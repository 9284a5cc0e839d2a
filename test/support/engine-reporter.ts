import type { Reporter, TestModule } from 'vitest/node';

/** Says at the end which engines the tests ran on, and counts them in one plain line. */
export class EngineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const server = process.env['EUDR_TEST_SERVER_VERSION'];
    const engines = ['embedded SQLite', ...(server ? [server] : [])];
    const states = modules.flatMap(({ children }) =>
      [...children.allTests()].map((test) => test.result().state),
    );
    const count = (wanted: string): number => states.filter((state) => state === wanted).length;
    const skipped = count('skipped');
    process.stdout.write(`\nEngines: ${engines.join(', ')}\n`);
    if (!server) process.stdout.write('No MySQL or MariaDB was found: its half did not run.\n');
    process.stdout.write(
      `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}
