import Negotiator from 'negotiator';

/**
 * Which of some media types a caller wants, by the weights of its `Accept` (RFC 9110, section 12.5.1); of equal ones
 * the one that the caller, or else the list, names first. Undefined where the caller accepts none of them.
 */
export function preferredType(accept: string | undefined, available: readonly string[]): string | undefined {
  if (accept === undefined || accept === '' || accept === '*/*') return available[0];
  return new Negotiator({ headers: { accept } }).mediaType([...available]);
}
