import { randomBytes } from 'node:crypto';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp, revokeToken } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';

const MOST = 3;

let app: TestApp;
let erp: Erp;
/** Each test comes from an address of its own. */
let from: Record<string, string>;
let addresses = 0;
beforeAll(async () => {
  app = await startApp({ AUTH_FAILURES_PER_MINUTE: String(MOST), TRUST_PROXY: '127.0.0.1' });
});
beforeEach(async () => {
  from = { 'x-forwarded-for': `198.51.100.${(addresses += 1)}` };
  erp = await givenErp(app);
  await until(() => Promise.resolve(app.nest.get(RevocationEpoch).isFresh()));
  await erp.client.get('/auth/test', from);
});
afterAll(() => app.close());

const guess = (headers = from): ReturnType<Client['get']> =>
  new Client(app.url, `eudr_live_${randomBytes(24).toString('hex')}`).get('/auth/test', headers);

async function failUntilThrottled(): Promise<void> {
  for (let failure = 0; failure < MOST; failure += 1)
    expect((await guess()).body.error).toBe('INVALID_TOKEN');
}

it('an address that guesses tokens is told to wait', async () => {
  await failUntilThrottled();
  const answer = await guess();
  expect([answer.status, answer.body.error]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
  const wait = Number(answer.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(61);
});

it('is told so for a token that it has tried before, too', async () => {
  const client = new Client(app.url, `eudr_live_${'0'.repeat(48)}`);
  for (let failure = 0; failure < MOST; failure += 1) await client.get('/auth/test', from);
  expect((await client.get('/auth/test', from)).status).toBe(429);
});

it("carries no headers of a token's limit", async () => {
  await failUntilThrottled();
  expect([...(await guess()).headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
});

it('leaves a token that is known already alone', async () => {
  await failUntilThrottled();
  expect((await guess()).status).toBe(429);
  expect((await erp.client.get('/auth/test', from)).status).toBe(200);
});

// Any revocation empties the caches; a neighbour who guesses must not gain from it.
it('leaves it alone also after a revocation elsewhere', async () => {
  const other = await givenErp(app);
  await failUntilThrottled();
  await revokeToken(app, other.tokenId);
  expect((await erp.client.get('/auth/test', from)).status).toBe(200);
});

it('counts each address by itself', async () => {
  await failUntilThrottled();
  expect((await guess({ 'x-forwarded-for': '192.0.2.7' })).status).toBe(401);
  expect((await guess()).status).toBe(429);
});

it('does not count the successes of an address', async () => {
  for (let call = 0; call < MOST * 3; call += 1) await erp.client.get('/auth/test', from);
  expect((await guess()).status).toBe(401);
});
