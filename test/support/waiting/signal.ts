import { setTimeout as wait } from 'node:timers/promises';

/** Lets one part of a test wait for another. */
export interface Signal {
  /** Resolves when the signal is sent, even if that was earlier. */
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
 * Lets started work run as far as it can. On the embedded engine callers wait for their turn, so the work may
 * not end, and its end cannot be awaited.
 */
export async function settledOrWaiting(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), wait(TURN_MS)]);
}
