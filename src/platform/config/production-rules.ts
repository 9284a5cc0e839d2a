import { parseSecretKey } from './secret-key.js';

type Rule = (value: string | undefined) => string | undefined;

const MIN_PASSWORD_CHARACTERS = 8;
/** Passwords that guides and images suggest. */
const DEFAULT_PASSWORDS = [
  'password',
  'changeme',
  'change-me',
  'mariadb1',
  'rootroot',
  'example1',
  '12345678',
];
/** A random key of 32 bytes repeats only a few bytes. A key with fewer different bytes is not random. */
const MIN_DIFFERENT_BYTES = 16;

/** Extra rules for production, by variable. A rule returns what is wrong with the value, or undefined. */
export const PRODUCTION_RULES: Readonly<Record<string, Rule>> = {
  PUBLIC_URL: (value) =>
    value === undefined
      ? 'must be given in production: where callers and readers of mail find the service'
      : undefined,
  SAFE_STORE_PEPPERS: (value = '') => {
    if (!/[^\s,]/.test(value)) {
      return 'must be given in production: a comma list of keys, as `openssl rand -hex 32` prints';
    }
    return value.split(',').some(isWeakKey)
      ? 'holds a key that is not random; make one with `openssl rand -hex 32`'
      : undefined;
  },
  JWT_KEYS_FILE: (value) =>
    value === undefined ? 'must be given in production: the path of a JWK Set of private keys' : undefined,
  DATABASE_URL: (value) =>
    value !== undefined && hasWeakPassword(value)
      ? `must hold a password in production, of at least ${MIN_PASSWORD_CHARACTERS} characters, not a usual one and not the user's name`
      : undefined,
  WEBHOOK_ALLOW_PRIVATE_HOSTS: (value) =>
    value === 'true' ? 'must not be true in production: webhooks could reach the inside' : undefined,
};

/** Whether the bytes follow a pattern. The schema refuses text that is not a key at all. */
function isWeakKey(text: string): boolean {
  const key = parseSecretKey(text.trim());
  if (!key) return false;
  const steps = new Set(key.subarray(1).map((byte, index) => (byte - (key[index] as number)) & 0xff));
  return Math.min(new Set(key).size, steps.size) < MIN_DIFFERENT_BYTES;
}

function hasWeakPassword(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  const plain = decoded(password).toLowerCase();
  const usual = [decoded(username).toLowerCase(), ...DEFAULT_PASSWORDS];
  return plain.length < MIN_PASSWORD_CHARACTERS || usual.includes(plain);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
