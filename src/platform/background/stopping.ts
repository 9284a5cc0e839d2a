import { setMaxListeners } from 'node:events';

/** Tells all work of a process that it stops. As many may listen as there is work, which Node takes for a leak. */
export function newStopping(): AbortController {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  return stopping;
}
