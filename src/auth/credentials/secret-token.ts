import { randomBytes } from 'node:crypto';

/** Secrets of the product's own form, beside the integration tokens: of refreshing a session, of an invitation. */
export type SecretKind = 'ref' | 'inv';

const BYTES = 24;

/** `eudr_ref_` and the like, and 24 random bytes in lower-case hex. Stored as `hashToken` of it only. */
export function newSecret(kind: SecretKind): string {
  return secretOf(kind, randomBytes(BYTES).toString('hex'));
}

/** The same of bytes that are as good as random, such as an HMAC's. @param hex at least 48 digits; more are cut off. */
export function secretOf(kind: SecretKind, hex: string): string {
  return `eudr_${kind}_${hex.slice(0, 2 * BYTES)}`;
}

export function isSecretForm(kind: SecretKind, text: string): boolean {
  return /^eudr_([a-z]+)_[0-9a-f]{48}$/.exec(text)?.[1] === kind;
}
