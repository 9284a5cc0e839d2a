import type { IncomingMessage } from 'node:http';
import type { AppError } from '../../errors/app-error.js';
import { validationError } from '../../errors/common.errors.js';

/**
 * Headers that mean one thing each. Of some Node keeps the first line and drops the others, and of some it joins all,
 * so whoever reads one would see another value than a proxy did. The guard refuses `Authorization` by its own error.
 */
const ONCE = new Set(['content-type', 'host', 'idempotency-key', 'origin', 'x-company', 'x-request-id']);

/** How many lines of this name, in lower case, a request has. */
export function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((item, index) => index % 2 === 0 && item.toLowerCase() === name).length;
}

/** A 400 that names the first header that may come once and comes twice, if one does. */
export function repeatedHeader({ rawHeaders }: IncomingMessage): AppError | undefined {
  const seen: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const lower = name.toLowerCase();
    if (!ONCE.has(lower)) continue;
    if (seen.includes(lower))
      return validationError([{ path: name, message: `${name} must be sent only once` }]);
    seen.push(lower);
  }
  return undefined;
}
