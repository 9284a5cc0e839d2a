import Negotiator from 'negotiator';

/** Browsers send some 200 characters. The library takes quadratic time for quotation marks that are not closed. */
const MAX_ACCEPT = 1024;

/**
 * Which of some media types a caller wants, by the weights of its `Accept` (RFC 9110, section 12.5.1); of equal ones
 * the one that the caller, or else the list, names first. Undefined where the caller accepts none of them. A header of
 * more than 1,024 characters counts as none.
 */
export function preferredType(accept: string | undefined, available: readonly string[]): string | undefined {
  if (!accept?.trim() || accept === '*/*' || accept.length > MAX_ACCEPT) return available[0];
  return new Negotiator({ headers: { accept } }).mediaType([...available]);
}
