import { serverEngine } from './test/support/databases/server-engine.js';

const hasServer = serverEngine() !== undefined;

if (!hasServer && process.env.TEST_REQUIRE_SERVER === 'true') {
  throw new Error('TEST_REQUIRE_SERVER: no MySQL or MariaDB was found, and TEST_DATABASE_URL is not set');
}

const support = '<rootDir>/test/support/jest';
const databaseTests = ['<rootDir>/test/integration/**/*.spec.ts', '<rootDir>/test/e2e/**/*.spec.ts'];

function project(displayName, testMatch, more = {}) {
  return {
    displayName,
    testMatch,
    runner: `${support}/runner.js`,
    setupFiles: [`${support}/on-${displayName}.js`],
    setupFilesAfterEnv: [`${support}/time-limits.js`],
    // Lets `--watch` find the tests of a changed file: imports name `.js`, the sources are `.ts`.
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    transform: {},
    slowTestThreshold: 10,
    ...more,
  };
}

const embedded = project('embedded', ['<rootDir>/test/unit/**/*.spec.ts', ...databaseTests]);
/** What does not depend on the engine is named `*.once.spec.ts`. */
const server = project('server', databaseTests, { testPathIgnorePatterns: ['\\.once\\.spec\\.ts$'] });

/** Database tests run on the embedded engine, and again on MySQL or MariaDB where there is one. */
export default {
  projects: hasServer ? [embedded, server] : [embedded],
  // Twice the cores of a small machine, because many tests wait.
  maxWorkers: 4,
  globalSetup: `${support}/global-setup.js`,
  globalTeardown: `${support}/global-teardown.js`,
  reporters: ['default', `${support}/engine-reporter.js`],
};
