import { setTimeout as wait } from 'node:timers/promises';

/** Lets one part of a test wait for another. */
export interface Signal {
  /** Resolves once the signal is sent, also if that was before. */
  received: Promise<void>;
  send(): void;
}

export function newSignal(): Signal {
  let send!: () => void;
  const received = new Promise<void>((resolve) => (send = resolve));
  return { received, send };
}

const TURN_MS = 100;

/**
 * Lets work that was started go as far as it can. The embedded engine makes callers wait for their turn, so
 * that what the server engine finishes meanwhile cannot be awaited there.
 */
export async function settledOrWaiting(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), wait(TURN_MS)]);
}
