import 'reflect-metadata';
import { run } from './cli/program.js';
import { processConfig } from './platform/config/config.js';
import { keepFilesPrivate } from './platform/config/own-files.js';

keepFilesPrivate();
const code = await run(process.argv.slice(2), {
  config: processConfig,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
// An unhandled error may already have set the exit code.
process.exitCode ||= code;
