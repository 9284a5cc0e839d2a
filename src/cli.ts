import 'reflect-metadata';
import { run } from './cli/program.js';
import { processConfig } from './platform/config/config.js';

process.exitCode = await run(process.argv.slice(2), {
  config: processConfig,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
