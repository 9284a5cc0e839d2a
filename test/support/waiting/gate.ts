import { setTimeout as wait } from 'node:timers/promises';

/** Something to wait for until someone opens it. */
export interface Gate {
  passed: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

const TURN_MS = 100;

/**
 * Lets work that was started go as far as it can. The embedded engine makes callers wait for their turn, so
 * that what the server engine finishes meanwhile cannot be awaited there.
 */
export async function asFarAsItGoes(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => undefined), wait(TURN_MS)]);
}
