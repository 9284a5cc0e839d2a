/** The preferred form of an HTTP date (RFC 9110, section 5.6.7), such as `Sun, 06 Nov 1994 08:49:37 GMT`. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const SECONDS = /^\d{1,9}$/;

/**
 * Returns the wait that a `Retry-After` header asks for, in milliseconds. The header holds seconds or a date
 * (RFC 9110, section 10.2.3). Undefined if it is invalid or the date is in the past.
 */
export function retryAfterMs(header: string, now: number): number | undefined {
  if (SECONDS.test(header)) return Number(header) * 1000;
  const wait = HTTP_DATE.test(header) ? Date.parse(header) - now : NaN;
  return wait > 0 ? wait : undefined;
}
