import { setMaxListeners } from 'node:events';

/**
 * Creates the signal that stops all work of a process.
 * It removes the limit of listeners, because Node warns of a leak above ten.
 */
export function newStopping(): AbortController {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  return stopping;
}
