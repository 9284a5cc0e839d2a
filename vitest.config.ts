import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { EngineReporter } from './test/support/engine-reporter.js';
import { serverEngine } from './test/support/server-engine.js';

const PATIENCE_MS = 60_000;
const suites = ['test/integration/**/*.spec.ts', 'test/e2e/**/*.spec.ts'];
const hasServer = serverEngine() !== undefined;

if (!hasServer && process.env['TEST_REQUIRE_SERVER'] === 'true') {
  throw new Error('TEST_REQUIRE_SERVER: no MySQL or MariaDB was found, and TEST_DATABASE_URL is not set');
}

function project(name: string, include: string[], setupFiles: string[] = []): TestProjectInlineConfiguration {
  return { extends: true, test: { name, include, setupFiles } };
}

/** Every database test runs on the embedded engine, and again on MySQL or MariaDB where there is one. */
export default defineConfig({
  test: {
    // The files of a project share what a worker has loaded: loading the product takes longer than most tests do.
    pool: 'forks',
    isolate: false,
    // Twice what a small machine has cores, for many tests wait.
    maxWorkers: 4,
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    slowTestThreshold: 10_000,
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', new EngineReporter()],
    projects: [
      project('unit', ['test/unit/**/*.spec.ts']),
      project('embedded', suites, ['test/support/on-embedded.ts']),
      ...(hasServer ? [project('server', suites, ['test/support/on-server.ts'])] : []),
    ],
  },
});
