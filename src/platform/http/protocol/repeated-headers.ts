import type { IncomingMessage } from 'node:http';
import type { AppError } from '../../errors/app-error.js';
import { validationError } from '../../errors/common.errors.js';

/**
 * Headers that may come only once.
 * Node keeps the first line of some of them and joins the lines of others, so a proxy and the product could
 * read different values. The guard refuses a repeated `Authorization` with its own error.
 */
const ONCE = new Set(['content-type', 'host', 'idempotency-key', 'origin', 'x-company', 'x-request-id']);

/**
 * Counts the lines of a header in a request.
 * @param name in lower case
 */
export function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  return rawHeaders.filter((item, index) => index % 2 === 0 && item.toLowerCase() === name).length;
}

/** Returns the 400 for the first header that is repeated but may come only once. */
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
