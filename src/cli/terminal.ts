import { AsyncLocalStorage } from 'node:async_hooks';
import type { Readable, Writable } from 'node:stream';
import type { Config } from '../platform/config/config.js';

/** Where a command is run: what it is told by, reads and writes. */
export interface Terminal {
  /** @throws where a variable is wrong. */
  config: () => Config;
  input: Readable;
  output: Writable;
  errors: Writable;
}

const terminals = new AsyncLocalStorage<Terminal>();

/** Runs work, and all that it calls, at a terminal. */
export function at<Result>(terminal: Terminal, work: () => Promise<Result>): Promise<Result> {
  return terminals.run(terminal, work);
}

/** The terminal that the running command was given. */
export function terminal(): Terminal {
  const given = terminals.getStore();
  if (!given) throw new Error('no command is running');
  return given;
}
