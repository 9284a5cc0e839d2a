import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { AuthErrors } from '../../src/auth/principal/auth.errors.js';
import type { JwtContent } from '../../src/auth/principal/jwt-content.js';
import { Jwts } from '../../src/identity/jwt/jwt.js';
import { JwtKeys } from '../../src/identity/jwt/jwt-keys.js';
import { ConfigError } from '../../src/platform/config/config.js';
import { AppError } from '../../src/platform/errors/app-error.js';
import { newId } from '../../src/platform/ids/ids.js';

const PUBLIC_URL = 'https://eudr.example';
const HOUR_MS = 3_600_000;

type Jwk = Record<string, unknown>;
const freshFolder = (): string => mkdtempSync(join(process.env['EUDR_TEST_FOLDER'] ?? tmpdir(), 'jwt-'));
const jwkOf = (key: KeyObject): Jwk => key.export({ format: 'jwk' });
const newEd25519 = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
const newP256 = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

function fileWith(text: string): string {
  const path = join(freshFolder(), 'keys.json');
  writeFileSync(path, text);
  return path;
}
const keySet = (...keys: unknown[]): string => fileWith(JSON.stringify({ keys }));
const keysIn = (JWT_KEYS_FILE: string): JwtKeys => new JwtKeys({ JWT_KEYS_FILE, DATA_DIR: '/nowhere' });
const jwtsOf = (keys: JwtKeys, url = PUBLIC_URL): Jwts => new Jwts(keys, { PUBLIC_URL: url });

const content = (more: Partial<JwtContent> = {}): JwtContent => ({
  kind: 'session',
  credentialId: newId('ses'),
  userId: newId('usr'),
  companyId: newId('com'),
  expiresAt: new Date((Math.floor(Date.now() / 1000) + 3600) * 1000),
  ...more,
});

/** Asserts that a token is refused as any other that is not valid, saying nothing of why, unless it has expired. */
async function expectRefused(jwts: Jwts, raw: string, kind = AuthErrors.invalidToken): Promise<void> {
  const error: unknown = await jwts.verify(raw).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  const { kind: answered, message, details, headers } = error as AppError;
  expect([answered, message, details]).toEqual([kind, kind.message, undefined]);
  expect(headers['WWW-Authenticate']).toMatch(/^Bearer realm="eudr", error="invalid_token"/);
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each([
  ['EdDSA', newEd25519()],
  ['ES256', newP256()],
])('a token signed with %s', (algorithm, key) => {
  const keys = keysIn(keySet(jwkOf(key)));
  const jwts = jwtsOf(keys);

  it.each(['session', 'private'] as const)('says what it was issued for: %s', async (kind) => {
    const issued = content({ kind, credentialId: newId(kind === 'session' ? 'ses' : 'prv') });
    expect(await jwts.verify(await jwts.issue(issued))).toEqual(issued);
  });

  it('names issuer, audience, type, key and a number of its own', async () => {
    const raws = [await jwts.issue(content()), await jwts.issue(content())];
    const { kid } = (await keys.published()).keys[0] as { kid: string };
    expect(decodeProtectedHeader(raws[0] as string)).toEqual({ alg: algorithm, typ: 'at+jwt', kid });
    expect(decodeJwt(raws[0] as string)).toMatchObject({ iss: PUBLIC_URL, aud: 'eudr-api' });
    expect(new Set(raws.map((raw) => decodeJwt(raw).jti)).size).toBe(2);
  });

  it('is refused when any part of it is another', async () => {
    const [header, payload, signature] = (await jwts.issue(content())).split('.') as [string, string, string];
    const [, other] = (await jwts.issue(content())).split('.') as [string, string, string];
    const claims = decodeJwt(`${header}.${payload}.${signature}`);
    const forged = [
      `${header}.${other}.${signature}`,
      `${header}.${base64url({ ...claims, sub: newId('usr') })}.${signature}`,
      `${header}.${payload}.${other}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.${signature}`,
      `.${payload}.${signature}`,
      `${header}..${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}`,
      '',
      '..',
      'x'.repeat(10_000),
    ];
    for (const raw of forged) await expectRefused(jwts, raw);
  });
});

it('a token from before PUBLIC_URL was set stays valid', async () => {
  const keys = keysIn(keySet(jwkOf(newEd25519())));
  const raw = await jwtsOf(keys, 'http://localhost:3000').issue(content());
  expect((await jwtsOf(keys).verify(raw)).kind).toBe(content().kind);
});

describe('a forged token', () => {
  const key = newEd25519();
  const keys = keysIn(keySet(jwkOf(key)));
  const jwts = jwtsOf(keys);

  const claims = (more: JWTPayload = {}): JWTPayload => {
    const now = Math.floor(Date.now() / 1000);
    const { credentialId, userId, companyId } = content();
    const named = { sub: userId, sid: credentialId, jti: randomUUID(), company_id: companyId };
    return { iss: PUBLIC_URL, aud: 'eudr-api', iat: now, exp: now + 3600, ...named, ...more };
  };
  const kidOf = async (): Promise<string> => (await keys.first()).id;
  const headerOf = async (more: Jwk = {}): Promise<Jwk> => ({
    alg: 'EdDSA',
    typ: 'at+jwt',
    kid: await kidOf(),
    ...more,
  });
  /** Signed with the very key that is trusted, so that only what it says can be wrong. */
  const signed = async (payload: JWTPayload, header: Jwk = {}): Promise<string> =>
    new SignJWT(payload).setProtectedHeader((await headerOf(header)) as { alg: string }).sign(key);

  it('is told from one of the same making that is right', async () => {
    const right = claims();
    expect(await jwts.verify(await signed(right))).toMatchObject({ userId: right.sub, kind: 'session' });
  });

  it.each(['none', 'None', 'NONE', ''])('with the algorithm %j is refused', async (alg) => {
    const unsigned = `${base64url(await headerOf({ alg }))}.${base64url(claims())}.`;
    await expectRefused(jwts, unsigned);
    const [, , signature] = (await signed(claims())).split('.');
    await expectRefused(jwts, unsigned + (signature as string));
  });

  it('that takes the public key for a shared secret is refused', async () => {
    const { publicJwk } = await keys.first();
    const secrets = [JSON.stringify(publicJwk), Buffer.from(publicJwk.x as string, 'base64url')];
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const secret of secrets) {
        const text = `${base64url(await headerOf({ alg }))}.${base64url(claims())}`;
        const mac = createHmac(`sha${alg.slice(2)}`, secret)
          .update(text)
          .digest('base64url');
        await expectRefused(jwts, `${text}.${mac}`);
      }
    }
  });

  it.each(['RS256', 'PS256', 'ES256', 'ES384', 'Ed25519'])(
    'whose header says %s over a key of another kind is refused',
    async (alg) => {
      const [, payload, signature] = (await signed(claims())).split('.');
      await expectRefused(jwts, `${base64url(await headerOf({ alg }))}.${payload}.${signature}`);
    },
  );

  it('signed with RSA or with a key of its own is refused, whatever its header brings along', async () => {
    const [rsa, other] = [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, newEd25519()];
    const { d: _, ...jwk } = jwkOf(other);
    for (const more of [{}, { jwk }, { jku: 'http://127.0.0.1/jwks.json' }, { x5u: 'http://127.0.0.1/' }]) {
      const header = (await headerOf(more)) as { alg: string };
      await expectRefused(jwts, await new SignJWT(claims()).setProtectedHeader(header).sign(other));
    }
    const header = (await headerOf({ alg: 'RS256' })) as { alg: string };
    await expectRefused(jwts, await new SignJWT(claims()).setProtectedHeader(header).sign(rsa));
  });

  it.each<[string, Jwk]>([
    ['no key', { kid: undefined }],
    ['an unknown key', { kid: 'another' }],
    ['a key by a path', { kid: '../../etc/passwd' }],
    ['no type', { typ: undefined }],
    ['the general type', { typ: 'JWT' }],
    ['another type', { typ: 'refresh+jwt' }],
  ])('that names %s is refused', async (_what, header) => {
    await expectRefused(jwts, await signed(claims(), header));
  });

  it('with a critical header that nobody understands is refused', async () => {
    const [, payload, signature] = (await signed(claims())).split('.');
    const header = base64url(await headerOf({ crit: ['exp'], exp: 1 }));
    await expectRefused(jwts, `${header}.${payload}.${signature}`);
  });

  const now = Math.floor(Date.now() / 1000);
  it.each<[string, JWTPayload]>([
    ['never expires', { exp: undefined }],
    ['is not valid yet', { nbf: now + 600 }],
    ['says not when it was issued', { iat: undefined }],
    ['is of another issuer', { iss: 'https://evil.example' }],
    ['is of an issuer that only begins like ours', { iss: `${PUBLIC_URL}.evil.example` }],
    ['is of no issuer', { iss: undefined }],
    ['is for another audience', { aud: 'eudr-console' }],
    ['is for no audience', { aud: undefined }],
    ['has no number', { jti: undefined }],
    ['is of no session', { sid: undefined }],
    ['is of nobody', { sub: undefined }],
    ['is for no company', { company_id: undefined }],
    ['names its session by a number', { sid: 7 }],
    ['names its company by a list', { company_id: ['com_1'] }],
  ])('that %s is refused', async (_what, more) => {
    await expectRefused(jwts, await signed(claims(more)));
  });

  it.each([now - 1, 1])('that expired at %i is refused as such', async (exp) => {
    await expectRefused(jwts, await signed(claims({ exp })), AuthErrors.tokenExpired);
  });

  it('passes for no token of another kind', async () => {
    const { sid: _, ...unnamed } = claims({ jti: newId('prv') });
    expect(await jwts.verify(await signed(unnamed, { typ: 'private+jwt' }))).toMatchObject({
      kind: 'private',
    });
    await expectRefused(jwts, await signed(unnamed, { typ: 'at+jwt' }));
  });

  it('of another installation with the same keys is refused', async () => {
    await expectRefused(jwts, await jwtsOf(keys, 'https://other.example').issue(content()));
  });

  it('stays valid to the second in which it expires', async () => {
    const soon = Math.floor(Date.now() / 1000) + 60;
    expect(await jwts.verify(await signed(claims({ exp: soon })))).toMatchObject({
      expiresAt: new Date(soon * 1000),
    });
  });
});

describe('the keys', () => {
  it('the first signs, all verify, and those that are gone do not', async () => {
    const [old, young] = [jwkOf(newEd25519()), jwkOf(newP256())];
    const [before, after] = [jwtsOf(keysIn(keySet(old))), jwtsOf(keysIn(keySet(young, old)))];
    const raw = await before.issue(content());
    expect(await after.verify(raw)).toMatchObject({ kind: 'session' });
    expect(decodeProtectedHeader(await after.issue(content())).alg).toBe('ES256');
    await expectRefused(jwtsOf(keysIn(keySet(young))), raw);
    await expectRefused(before, await after.issue(content()));
  });

  it('are published without their private halves', async () => {
    const set = await keysIn(keySet({ ...jwkOf(newEd25519()), kid: 'a' }, jwkOf(newP256()))).published();
    expect(set.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: 'a', alg: 'EdDSA', use: 'sig' },
      {
        kty: 'EC',
        crv: 'P-256',
        x: expect.any(String),
        y: expect.any(String),
        kid: expect.any(String),
        alg: 'ES256',
        use: 'sig',
      },
    ]);
  });

  const [one, other] = [jwkOf(newEd25519()), jwkOf(newEd25519())];
  const { d: secret, ...publicHalf } = one;
  const symmetric = { kty: 'oct', k: 'AAAA', d: 'x' };
  const p384 = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey);
  it.each<[string, () => string, RegExp]>([
    ['is not there', () => '/nowhere/keys.json', /ENOENT/],
    ['is no JSON', () => fileWith(secret as string), /JWK Set/],
    ['holds no set', () => fileWith(JSON.stringify(one)), /JWK Set/],
    ['holds no key', () => keySet(), /JWK Set/],
    ['holds a public key', () => keySet(publicHalf), /key 1 must be a private JWK/],
    ['holds a shared secret', () => keySet(one, symmetric), /key 2 must/],
    ['holds a key of another curve', () => keySet(one, other, p384), /key 3 must/],
    ['holds null', () => keySet(null), /key 1 must/],
    ['holds halves of two keys', () => keySet({ ...one, x: other['x'] }), /do not make a key pair/],
    ['holds a number for a name', () => keySet({ ...one, kid: 7 }), /"kid"/],
    ['gives two keys one name', () => keySet({ ...one, kid: 'a' }, { ...other, kid: 'a' }), /"kid"/],
  ])(
    'a file that %s is refused by the name of the variable, and not shown',
    async (_what, path, complaint) => {
      const error: unknown = await keysIn(path())
        .onModuleInit()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toMatch(complaint);
      expect((error as Error).message).toContain('JWT_KEYS_FILE');
      expect((error as Error).message).not.toContain(secret);
    },
  );

  it('without a file are made when they are needed, for their owner only, and stay', async () => {
    const DATA_DIR = freshFolder();
    const made = (): JwtKeys => new JwtKeys({ JWT_KEYS_FILE: undefined, DATA_DIR });
    const first = made();
    await first.onModuleInit();
    expect(readdirSync(DATA_DIR)).toEqual([]);
    const all = await Promise.all([first, made(), made(), made()].map((keys) => keys.published()));
    expect(new Set(all.map((set) => JSON.stringify(set))).size).toBe(1);
    expect(readdirSync(DATA_DIR)).toEqual(['jwt-keys.json']);
    expect(statSync(join(DATA_DIR, 'jwt-keys.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(DATA_DIR, 'jwt-keys.json'), 'utf8')).toContain('"d":');
    expect(await jwtsOf(made()).verify(await jwtsOf(first).issue(content()))).toMatchObject({
      kind: 'session',
    });
  });
});

it('a token outlives no fraction of a second that it cannot say', async () => {
  const jwts = jwtsOf(keysIn(keySet(jwkOf(newEd25519()))));
  const expiresAt = new Date(Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS + 999);
  const { exp } = decodeJwt(await jwts.issue(content({ expiresAt })));
  expect(exp).toBe((expiresAt.getTime() - 999) / 1000);
});
