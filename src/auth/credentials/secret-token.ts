import { randomBytes } from 'node:crypto';

/** Secrets of the product's own form, beside the integration tokens: of refreshing a session, of an invitation. */
export type SecretKind = 'ref' | 'inv';

/** `eudr_ref_` and the like, and 24 random bytes in lower-case hex. Stored as `hashToken` of it only. */
export function newSecret(kind: SecretKind): string {
  return `eudr_${kind}_${randomBytes(24).toString('hex')}`;
}

export function isSecretForm(kind: SecretKind, text: string): boolean {
  return /^eudr_([a-z]+)_[0-9a-f]{48}$/.exec(text)?.[1] === kind;
}
