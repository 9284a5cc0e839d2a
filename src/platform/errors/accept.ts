import Negotiator from 'negotiator';

/** Browsers send about 200 characters. The library takes quadratic time for unclosed quotation marks. */
const MAX_ACCEPT = 1024;

/**
 * Returns the media type that `Accept` prefers (RFC 9110, section 12.5.1). Of equal weights, the order in the
 * header decides, and then the order of `available`.
 * Undefined if the caller accepts none of them. A header of more than 1,024 characters is ignored.
 */
export function preferredType(accept: string | undefined, available: readonly string[]): string | undefined {
  if (!accept?.trim() || accept === '*/*' || accept.length > MAX_ACCEPT) return available[0];
  return new Negotiator({ headers: { accept } }).mediaType([...available]);
}
