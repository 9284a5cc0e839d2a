import {
  calculateJwkThumbprint,
  CompactSign,
  compactVerify,
  type CryptoKey,
  importJWK,
  type JWK,
} from 'jose';
import { ConfigError } from '../../platform/config/config.js';

/** The signature algorithms. No other is ever accepted. */
export type JwtAlgorithm = 'EdDSA' | 'ES256';
export const JWT_ALGORITHMS: readonly JwtAlgorithm[] = ['EdDSA', 'ES256'];

/** A key pair and its id, which tokens name as `kid`. */
export interface JwtKey {
  id: string;
  algorithm: JwtAlgorithm;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** The public part of the key. */
  publicJwk: JWK;
}

/** Each kind of key has one algorithm, so a token cannot choose its own (RFC 8725, section 3.1). */
const ALGORITHM_OF: Record<string, JwtAlgorithm | undefined> = {
  'OKP Ed25519': 'EdDSA',
  'EC P-256': 'ES256',
};
const KEY_RULE = 'must be a private JWK with "kty" OKP and "crv" Ed25519, or with "kty" EC and "crv" P-256';

/**
 * Parses the keys of a JWK Set (RFC 7517). The id of a key without `kid` is its thumbprint (RFC 7638).
 * @param source name of the variable or file, for the error
 * @throws {ConfigError} with the position of the invalid key and nothing of its content
 */
export async function parseJwtKeys(text: string, source: string): Promise<JwtKey[]> {
  const jwks = keysOf(text);
  if (jwks === undefined)
    throw new ConfigError(`${source}: must hold a JWK Set, {"keys": [...]}, with at least one private key.`);
  const keys = await Promise.all(jwks.map((jwk, index) => toKey(jwk, `${source}: key ${index + 1}`)));
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new ConfigError(`${source}: holds two keys with one "kid". Give each its own, or none.`);
  return keys;
}

function keysOf(text: string): unknown[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) && keys.length > 0 ? keys : undefined;
  } catch {
    return undefined;
  }
}

async function toKey(given: unknown, place: string): Promise<JwtKey> {
  const { kty, crv, x, y, d, kid } = (given ?? {}) as JWK;
  const algorithm = ALGORITHM_OF[`${kty} ${crv}`];
  if (!kty || !algorithm || typeof d !== 'string') throw new ConfigError(`${place} ${KEY_RULE}.`);
  if (kid !== undefined && (typeof kid !== 'string' || kid === ''))
    throw new ConfigError(`${place} has a "kid" that is no text. Give it a name, or none.`);
  const half: JWK = { kty, crv, x, ...(y === undefined ? {} : { y }) };
  try {
    const [publicKey, privateKey] = await Promise.all([
      importJWK(half, algorithm) as Promise<CryptoKey>,
      importJWK({ ...half, d }, algorithm) as Promise<CryptoKey>,
    ]);
    await requirePair(algorithm, privateKey, publicKey);
    const id = kid ?? (await calculateJwkThumbprint(half));
    const publicJwk = { ...half, kid: id, alg: algorithm, use: 'sig' };
    return { id, algorithm, privateKey, publicKey, publicJwk };
  } catch {
    throw new ConfigError(`${place} ${KEY_RULE}; its values do not make a key pair.`);
  }
}

/** Checks that both parts belong together. Otherwise nobody would accept the signed tokens. */
async function requirePair(alg: JwtAlgorithm, privateKey: CryptoKey, publicKey: CryptoKey): Promise<void> {
  const signed = await new CompactSign(Buffer.from('probe')).setProtectedHeader({ alg }).sign(privateKey);
  await compactVerify(signed, publicKey, { algorithms: [alg] });
}
