import { serverEngine } from './test/support/databases/server-engine.js';
import { measuredTests } from './test/support/jest/measured-tests.js';

const hasServer = serverEngine() !== undefined;
/** `npm run test:timing`: only tests that measure, in full size and one at a time. */
const measures = process.env.TEST_TIMING === 'true';
/** `npm run test:fair`: that no party takes the shares of others. */
const isFair = process.env.TEST_FAIR === 'true';
/** `npm run test:upgrade`: that the release before works beside this one. */
const upgrades = process.env.TEST_UPGRADE === 'true';
/** `npm run test:reference`: the API reference in a browser, and clients that are generated from its documents. */
const refers = process.env.TEST_REFERENCE === 'true';

function foldersOr(usual) {
  if (upgrades) return ['upgrade'];
  if (refers) return ['reference'];
  return isFair ? ['fair'] : usual;
}

if (!hasServer && process.env.TEST_REQUIRE_SERVER === 'true') {
  throw new Error('TEST_REQUIRE_SERVER: no MySQL or MariaDB was found, and TEST_DATABASE_URL is not set');
}

const support = '<rootDir>/test/support/jest';

function project(displayName, folders, engineOfOthers) {
  return {
    displayName,
    testMatch: folders.flatMap((folder) =>
      measures && !isFair ? measuredTests(folder) : [`<rootDir>/test/${folder}/**/*.spec.ts`],
    ),
    testPathIgnorePatterns: [`\\.${engineOfOthers}\\.spec\\.ts$`],
    runner: `${support}/runner.js`,
    setupFiles: [`${support}/on-${displayName}.js`],
    setupFilesAfterEnv: [`${support}/test-rules.js`],
    // Lets `--watch` find the tests of a changed file: imports name `.js`, the sources are `.ts`.
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    // What a run writes must not start another one under `--watch`.
    watchPathIgnorePatterns: ['<rootDir>/(dist|dist-test|coverage|data)/'],
    transform: {},
    slowTestThreshold: 10,
  };
}

/** Without `*.server.spec.ts`, whose subject only MySQL and MariaDB have. */
const embedded = project('embedded', foldersOr(['unit', 'integration', 'e2e']), 'server');
/** Without `*.once.spec.ts`, whose subject does not depend on the engine or is the embedded one. */
const server = project('server', foldersOr(['integration', 'e2e']), 'once');

/** Database tests run on the embedded engine, and again on MySQL or MariaDB where there is one. */
export default {
  projects: hasServer ? [embedded, server] : [embedded],
  // Twice the cores of a small machine, because many tests wait.
  maxWorkers: measures ? 1 : 4,
  globalSetup: `${support}/global-setup.js`,
  globalTeardown: `${support}/global-teardown.js`,
  reporters: ['default', `${support}/engine-reporter.js`],
};
