import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable, Writable } from 'node:stream';
import type { Config } from '../platform/config/config.js';

/** The environment of a command: its configuration, input and output. */
export interface Terminal {
  /** @throws {ConfigError} if a variable is wrong */
  config: () => Config;
  input: Readable;
  output: Writable;
  errors: Writable;
}

const terminals = new AsyncLocalStorage<Terminal>();

/** Runs work, and everything that it calls, with a terminal. */
export function at<Result>(terminal: Terminal, work: () => Promise<Result>): Promise<Result> {
  return terminals.run(terminal, work);
}

/** Returns the terminal of the running command. */
export function terminal(): Terminal {
  const given = terminals.getStore();
  if (!given) throw new Error('no command is running');
  return given;
}
