import { EventEmitter, once } from 'node:events';

const PATIENCE_MS = 15_000;

/** Wakes waiters when something happens that may fulfil their condition. */
export class EventWaiter {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  /** Call it after each step that may fulfil a condition. */
  notify(): void {
    this.emitter.emit('event');
  }

  /**
   * Resolves as soon as the condition holds.
   * @param what name of the condition, for the error
   * @throws {Error} if it does not hold within `patienceMs`
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
