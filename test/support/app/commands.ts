import { PassThrough, Readable, Writable } from 'node:stream';
import { run } from '../../../src/cli/program.js';
import { readConfig } from '../../../src/platform/config/config.js';
import type { DatabaseEnv } from '../databases/database.js';
import type { Ended } from '../processes/processes.js';

/** Runs a command in this process. The result is the same as in a separate process, but it is much faster. */
export function command(env: DatabaseEnv, ...args: string[]): Promise<Ended> {
  return commandReading('', env, ...args);
}

/** Runs a command in this process, with a standard input. */
export async function commandReading(input: string, env: DatabaseEnv, ...args: string[]): Promise<Ended> {
  const [output, errors] = [new Kept(), new Kept()];
  const code = await run(args, {
    config: () => readConfig({ ...env }),
    input: Readable.from([Buffer.from(input)]).pipe(new PassThrough()),
    output,
    errors,
  });
  return { code, stdout: output.text, stderr: errors.text };
}

/** Keeps everything that is written to it. */
class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
