import { hash, randomBytes } from 'node:crypto';

const KINDS = ['eudr_live_', 'eudr_pat_'] as const;
type Kind = (typeof KINDS)[number];

const SHOWN_CHARACTERS = 8;
const HEX = /^[0-9a-f]{48}$/;

/** `eudr_live_` or `eudr_pat_`, and 24 random bytes in lower-case hex. Exists once: where it is shown to its owner. */
export function newRawToken(kind: Kind): string {
  return kind + randomBytes(24).toString('hex');
}

/** Whether it has the form of an integration token. */
export function isIntegrationToken(text: string): boolean {
  return isOf('eudr_live_', text);
}

/** Whether it has the form of a personal API access token. */
export function isPersonalToken(text: string): boolean {
  return isOf('eudr_pat_', text);
}

/** What is stored of a token. SHA-256 without salt suffices: 192 random bits cannot be guessed from it. */
export function hashToken(raw: string): string {
  return hash('sha256', raw, 'hex');
}

/** By which a person recognizes a token. */
export function displayPrefix(raw: string): string {
  const kind = KINDS.find((one) => raw.startsWith(one)) ?? '';
  return raw.slice(0, kind.length + SHOWN_CHARACTERS);
}

function isOf(kind: Kind, text: string): boolean {
  return text.startsWith(kind) && HEX.test(text.slice(kind.length));
}
