import { randomBytes } from 'node:crypto';

/** Kinds of secrets in the product's own form: `ref` is a refresh token, `inv` an invitation. */
export type SecretKind = 'ref' | 'inv';

const BYTES = 24;

/**
 * Returns a new secret: `eudr_ref_` or `eudr_inv_`, and 24 random bytes in lower-case hex. The database
 * stores only its `hashToken`.
 */
export function newSecret(kind: SecretKind): string {
  return secretOf(kind, randomBytes(BYTES).toString('hex'));
}

/**
 * Builds a secret from bytes that are as unpredictable as random ones, such as an HMAC.
 * @param hex at least 48 hex digits; the function cuts off the rest
 */
export function secretOf(kind: SecretKind, hex: string): string {
  return `eudr_${kind}_${hex.slice(0, 2 * BYTES)}`;
}

export function isSecretForm(kind: SecretKind, text: string): boolean {
  return /^eudr_([a-z]+)_[0-9a-f]{48}$/.exec(text)?.[1] === kind;
}
