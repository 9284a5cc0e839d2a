import { hash, randomBytes } from 'node:crypto';

const KINDS = ['eudr_live_', 'eudr_pat_'] as const;
type Kind = (typeof KINDS)[number];

const SHOWN_CHARACTERS = 8;
const HEX = /^[0-9a-f]{48}$/;

/**
 * Returns a new token: `eudr_live_` or `eudr_pat_`, and 24 random bytes in lower-case hex. The product shows
 * it once and never stores it.
 */
export function newRawToken(kind: Kind): string {
  return kind + randomBytes(24).toString('hex');
}

/** Whether the text has the form of an integration token. */
export function isIntegrationToken(text: string): boolean {
  return isOf('eudr_live_', text);
}

/** Whether the text has the form of a personal API access token. */
export function isPersonalToken(text: string): boolean {
  return isOf('eudr_pat_', text);
}

/**
 * Returns the hash that the database stores. SHA-256 without salt is enough, because nobody can guess 192
 * random bits.
 */
export function hashToken(raw: string): string {
  return hash('sha256', raw, 'hex');
}

/** Returns the start of a token, by which its owner recognizes it. */
export function displayPrefix(raw: string): string {
  const kind = KINDS.find((one) => raw.startsWith(one)) ?? '';
  return raw.slice(0, kind.length + SHOWN_CHARACTERS);
}

function isOf(kind: Kind, text: string): boolean {
  return text.startsWith(kind) && HEX.test(text.slice(kind.length));
}
