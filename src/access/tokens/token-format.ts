import { hash, randomBytes } from 'node:crypto';

const FORM = /^eudr_live_[0-9a-f]{48}$/;
const PREFIX_CHARACTERS = 'eudr_live_'.length + 8;

/** `eudr_live_` and 24 random bytes in lower-case hex. Exists once: where it is shown to its owner. */
export function newRawToken(): string {
  return `eudr_live_${randomBytes(24).toString('hex')}`;
}

export function isTokenForm(text: string): boolean {
  return FORM.test(text);
}

/** What is stored of a token. SHA-256 without salt suffices: 192 random bits cannot be guessed from it. */
export function hashToken(raw: string): string {
  return hash('sha256', raw, 'hex');
}

export function displayPrefix(raw: string): string {
  return raw.slice(0, PREFIX_CHARACTERS);
}
