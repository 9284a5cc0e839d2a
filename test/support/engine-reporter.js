/** Says at the end which engines the tests ran on, and counts them in one plain line. */
export default class EngineReporter {
  onRunComplete(_contexts, results) {
    const server = process.env.EUDR_TEST_SERVER_VERSION;
    const engines = ['embedded SQLite', ...(server ? [server] : [])];
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`\nEngines: ${engines.join(', ')}\n`);
    if (!server) process.stdout.write('No MySQL or MariaDB was found: its half did not run.\n');
    process.stdout.write(
      `${results.numPassedTests} passed, ${results.numFailedTests} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}
