/** Prints at the end which engines the tests ran on, and the number of tests in one line. */
export default class EngineReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests }) {
    const server = process.env.EUDR_TEST_SERVER_VERSION;
    const engines = ['embedded SQLite', ...(server ? [server] : [])];
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    process.stdout.write(`\nEngines: ${engines.join(', ')}\n--seed ${process.env.EUDR_TEST_SEED}\n`);
    if (!server) process.stdout.write('No MySQL or MariaDB was found: its half did not run.\n');
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests} failed${skipped}\n`);
  }
}
