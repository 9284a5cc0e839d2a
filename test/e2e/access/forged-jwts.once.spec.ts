import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';

const [retired, older, newest] = [newKey(), newKey(), newKey()];
/** One route of each surface that takes an access token, what it calls one that does not hold, and one that expired. */
const SURFACES: [path: string, invalid: string, expired: string][] = [
  ['/api/v1/auth/private_tokens', 'invalid_token', 'invalid_token'],
  ['/apiops/projects', 'invalid_token', 'token_expired'],
  ['/api/integrations', 'INVALID_TOKEN', 'TOKEN_EXPIRED'],
];

/** With keys that are on their way in and out: tokens made by the older one still hold. */
let app: TestApp;
let claims: JWTPayload;
let kid: string;
beforeAll(async () => {
  const before = await startApp({ JWT_KEYS_FILE: fileOf(older) });
  const { body } = await signedIn(before, await givenAccount(before));
  app = await startApp({ JWT_KEYS_FILE: fileOf(newest, older) }, before.env);
  await before.close();
  claims = decodeJwt(body.access_token as string);
  kid = decodeProtectedHeader(body.access_token as string).kid as string;
});
afterAll(() => app.close());

function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

function fileOf(...keys: KeyObject[]): string {
  const path = join(mkdtempSync(join(process.env['EUDR_TEST_FOLDER'] ?? tmpdir(), 'jwt-')), 'keys.json');
  writeFileSync(path, JSON.stringify({ keys: keys.map((key) => key.export({ format: 'jwk' })) }));
  return path;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = (more: object = {}) => ({ alg: 'EdDSA', typ: 'at+jwt', kid, ...more });

/** A live session's token by a key that is trusted, unless told otherwise: only what is told can be wrong. */
const signed = (more: JWTPayload = {}, by = older, named: object = {}): Promise<string> =>
  new SignJWT({ ...claims, ...more }).setProtectedHeader(header(named)).sign(by);

/** A MAC by what everyone can read: the public half of the key. */
async function macByPublicKey(): Promise<string> {
  const { body } = await new Client(app.url).get('/.well-known/jwks.json');
  const { x } = (body.keys as { kid: string; x: string }[]).find((key) => key.kid === kid) as { x: string };
  const text = `${base64url(header({ alg: 'HS256' }))}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', Buffer.from(x, 'base64url')).update(text).digest('base64url')}`;
}

const now = (): number => Math.floor(Date.now() / 1000);
const read = (path: string, token: string): Promise<Answer> => new Client(app.url, token).get(path);

async function refusalOf(path: string, token: string): Promise<unknown[]> {
  const { status, body } = await read(path, token);
  return [path, status, body.error ?? body.errors[0].code];
}

it('an access token holds while the key that signed it is still listed', async () => {
  for (const [path] of SURFACES)
    expect([path, (await read(path, await signed())).status]).toEqual([path, 200]);
});

it.each<[string, () => Promise<string>]>([
  [
    'without a signature',
    () => Promise.resolve(`${base64url(header({ alg: 'none' }))}.${base64url(claims)}.`),
  ],
  ['with a MAC by the public key', macByPublicKey],
  ['signed with a retired key', () => signed({}, retired)],
  ['signed with a retired key that it names', () => signed({}, retired, { kid: 'retired' })],
  ['of another issuer', () => signed({ iss: 'https://evil.example' })],
  ['for another audience', () => signed({ aud: 'eudr-console' })],
  ['that is not valid yet', () => signed({ nbf: now() + 600 })],
  ['of another session', () => signed({ sid: 'ses_none' })],
  ['of a private token', () => signed({}, older, { typ: 'private+jwt' })],
])('an access token %s is refused', async (_, forged) => {
  for (const [path, code] of SURFACES)
    expect(await refusalOf(path, await forged())).toEqual([path, 401, code]);
});

it('an access token that has expired is refused', async () => {
  const expired = await signed({ exp: now() - 1 });
  for (const [path, , code] of SURFACES) expect(await refusalOf(path, expired)).toEqual([path, 401, code]);
});

it('an access token holds no more once its key is taken off the list', async () => {
  const after = await startApp({ JWT_KEYS_FILE: fileOf(newest) }, app.env);
  const answer = await new Client(after.url, await signed()).get('/apiops/projects');
  await after.close();
  expect([answer.status, answer.body.error]).toEqual([401, 'invalid_token']);
});
