import { EventEmitter, once } from 'node:events';

const PATIENCE_MS = 15_000;

/** Wakes those who wait for a condition whenever something happens that may have brought it about. */
export class EventWaiter {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /** To be called after each step that may fulfil a condition. */
  notify(): void {
    this.emitter.emit('event');
  }

  /**
   * Resolves as soon as the condition holds.
   * @param what is waited for, named in the error.
   * @throws Error when it does not come about within `patienceMs`.
   */
  async until(condition: () => boolean, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    if (condition()) return;
    const patience = AbortSignal.timeout(patienceMs);
    while (!condition()) {
      await once(this.emitter, 'event', { signal: patience }).catch(() => {
        throw new Error(`waited ${patienceMs} ms in vain for ${what}`);
      });
    }
  }
}
