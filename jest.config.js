import { serverEngine } from './test/support/server-engine.js';

const common = {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testEnvironment: 'node',
};

const suites = ['<rootDir>/test/integration/**/*.spec.ts', '<rootDir>/test/e2e/**/*.spec.ts'];

const projects = [
  { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.spec.ts'] },
  {
    ...common,
    displayName: 'embedded',
    testMatch: suites,
    setupFiles: ['<rootDir>/test/support/on-embedded.ts'],
  },
];
if (!serverEngine() && process.env.TEST_REQUIRE_SERVER === 'true') {
  throw new Error('TEST_REQUIRE_SERVER: no MySQL or MariaDB was found, and TEST_DATABASE_URL is not set');
}
if (serverEngine()) {
  projects.push({
    ...common,
    displayName: 'server',
    testMatch: suites,
    // Arguments and what is printed, around services that run on both engines; `cli.spec.ts` has one of each kind.
    testPathIgnorePatterns: ['-cli\\.spec\\.ts$'],
    setupFiles: ['<rootDir>/test/support/on-server.ts'],
  });
}

/** Every database test runs on the embedded engine, and again on MySQL or MariaDB where there is one. */
export default {
  projects,
  testTimeout: 60_000,
  // Each file loads the product anew, and modules of a finished file stay in memory: workers are replaced in time.
  // One more than a small machine has cores, for many tests wait.
  maxWorkers: 3,
  workerIdleMemoryLimit: '1200MB',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  reporters: ['default', '<rootDir>/test/support/engine-reporter.js'],
};
