import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { givenAccount, signedIn, signIn } from '../../support/people/accounts.js';

const MOST = 5;
/** What an address that failed too often may still have looked up in a second. */
const SPARE_PER_SECOND = 20;
const TRIES = 100;

let app: TestApp;
let erp: Erp;
let jwt: string;
let sites = 0;
/** Each test has a site of its own, and may call from its addresses. */
let site: string;
beforeAll(async () => {
  app = await startApp({ AUTH_FAILURES_PER_MINUTE: String(MOST), TRUST_PROXY: '127.0.0.1' });
  erp = await givenErp(app);
  jwt = (await signedIn(app, await givenAccount(app))).body.access_token as string;
});
beforeEach(() => {
  site = `2001:db8:${(sites += 1).toString(16)}`;
});
afterAll(() => app.close());

const at = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const hex = (): string => randomBytes(24).toString('hex');
const forgingKey = generateKeyPairSync('ed25519').privateKey;
const forged = (): Promise<string> =>
  new SignJWT({ ...decodeJwt(jwt), jti: hex() })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .sign(forgingKey);

const get = (token: string, path: string, address: string): Promise<Answer> =>
  new Client(app.url, token).get(path, at(address));
const post = (path: string, body: unknown, address: string): Promise<Answer> =>
  new Client(app.url).post(path, body, at(address));

const GUESSES: [string, (address: string) => Promise<Answer>][] = [
  ['integration tokens', (from) => get(`eudr_live_${hex()}`, '/auth/test', from)],
  ['personal tokens', (from) => get(`eudr_pat_${hex()}`, '/apiops/projects', from)],
  ['JWTs', async (from) => get(await forged(), '/apiops/projects', from)],
  ['malformed tokens', (from) => post('/api/v1/auth/refresh/', { refresh_token: 'x' }, from)],
  ['refresh tokens', (from) => post('/api/v1/auth/refresh/', { refresh_token: `eudr_ref_${hex()}` }, from)],
  [
    'invitations',
    (from) => post('/api/v1/auth/invitations/accept/', { token: `eudr_inv_${hex()}`, password: hex() }, from),
  ],
  ['bodies that are no reports', (from) => post('/apiops/tokens/leaked/', [{}], from)],
  ['bodies that are no sign-ins', (from) => post('/apiops/auth/token', [{}], from)],
  ['bodies that are no JSON', (from) => post('/api/v1/auth/login/', '{', from)],
];

describe('whoever is refused too often', () => {
  it.each(GUESSES)('with %s is told to wait, from whatever address of the /64', async (_, guess) => {
    const from = (n: number): Promise<Answer> => guess(`${site}:1::${n.toString(16)}`);
    for (let n = 1; n <= MOST; n += 1) expect((await from(n)).status).not.toBe(429);
    const begunAt = performance.now();
    const answers = await Promise.all(Array.from({ length: TRIES }, (_none, n) => from(MOST + 1 + n)));
    const seconds = Math.floor((performance.now() - begunAt) / 1000) + 1;
    const lookedUp = answers.filter(({ status }) => status !== 429);
    expect(lookedUp.length).toBeLessThanOrEqual(SPARE_PER_SECOND * (seconds + 1));
    expect(Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(
      0,
    );
    expect((await guess(`${site}:2::1`)).status).not.toBe(429);
  });

  it('from a whole /48 is told to wait at five times as many', async () => {
    for (let n = 1; n <= MOST * 5; n += 1)
      expect((await get(`eudr_live_${hex()}`, '/auth/test', `${site}:${n.toString(16)}::1`)).status).toBe(
        401,
      );
    expect((await get(`eudr_live_${hex()}`, '/auth/test', `${site}:ff::1`)).status).toBe(429);
  });

  it('does not keep out credentials that exist, though nobody has seen them yet', async () => {
    const account = await givenAccount(app);
    const { accessToken, refresh } = await tokensOf(account.email);
    const address = `${site}:1::1`;
    for (let n = 0; n < MOST; n += 1) await get(`eudr_live_${hex()}`, '/auth/test', address);
    expect((await get(`eudr_live_${hex()}`, '/auth/test', address)).status).toBe(429);
    expect((await get(erp.token, '/auth/test', address)).status).toBe(200);
    expect((await get(accessToken, '/apiops/projects', address)).status).toBe(200);
    expect((await post('/api/v1/auth/refresh/', { refresh_token: refresh }, address)).status).toBe(200);
  });
});

async function tokensOf(email: string): Promise<{ accessToken: string; refresh: string }> {
  const { body } = await signIn(app, email);
  return { accessToken: body.access_token as string, refresh: body.refresh_token as string };
}
