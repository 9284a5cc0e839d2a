import { Integration } from '../../../src/integrations/integration.entity.js';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { changeToken, type Erp, givenErp } from '../../support/app/factories.js';

const LIMIT = 5;
const HEADERS = [
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'ratelimit-policy',
  'ratelimit',
] as const;

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ RATE_LIMIT_PER_MINUTE: String(LIMIT) });
});
beforeEach(async () => {
  erp = await givenErp(app);
});
afterAll(() => app.close());

const number = (answer: Answer, name: string): number => Number(answer.headers.get(name));
const given = (answer: Answer): string[] => HEADERS.filter((name) => answer.headers.has(name));

async function times(count: number, client: Client): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let call = 0; call < count; call += 1) answers.push(await client.get('/auth/test'));
  return answers;
}

async function giveIntegrationLimit(integrationId: string, rateLimitPerMinute: number): Promise<void> {
  const epoch = app.nest.get(RevocationEpoch);
  await app.database.transaction(async (tx) => {
    await tx.manager.update(Integration, { id: integrationId }, { rateLimitPerMinute });
    await epoch.bump(tx);
  });
}

/** How many calls in a row pass before the first 429; the number asked for if none comes. */
async function passing(client: Client, atMost: number): Promise<number> {
  const first = (await times(atMost, client)).findIndex(({ status }) => status === 429);
  return first === -1 ? atMost : first;
}

describe('the headers', () => {
  it('count down from the limit and say when it starts again', async () => {
    const before = Date.now() / 1000;
    const [first, second] = (await times(2, erp.client)) as [Answer, Answer];
    expect([number(first, 'x-ratelimit-limit'), number(first, 'x-ratelimit-remaining')]).toEqual([5, 4]);
    expect([number(second, 'x-ratelimit-limit'), number(second, 'x-ratelimit-remaining')]).toEqual([5, 3]);
    const reset = number(first, 'x-ratelimit-reset');
    expect(Number.isInteger(reset)).toBe(true);
    expect(reset).toBeGreaterThan(before);
    expect(reset).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000 + 60));
  });

  it('say the same in the form of the IETF draft', async () => {
    const [answer] = (await times(1, erp.client)) as [Answer];
    const policy = /^"([^"]+)";q=5;w=60$/.exec(answer.headers.get('ratelimit-policy') ?? '');
    const state = /^"([^"]+)";r=4;t=(\d+)$/.exec(answer.headers.get('ratelimit') ?? '');
    expect(state?.[1]).toBe(policy?.[1]);
    expect(Number(state?.[2])).toBeGreaterThan(0);
    expect(Number(state?.[2])).toBeLessThanOrEqual(60);
  });

  it.each<[status: number, what: string, call: (client: Client) => Promise<Answer>]>([
    [200, 'a success', (client) => client.get('/suppliers')],
    [
      204,
      'a delete',
      async (client) => {
        await client.put('/suppliers/A', { name: 'A' });
        return client.delete('/suppliers/A');
      },
    ],
    [400, 'a broken query', (client) => client.get('/suppliers?limit=x')],
    [400, 'a body that is not JSON', (client) => client.post('/suppliers', '{')],
    [404, 'a record that is not there', (client) => client.get('/suppliers/none')],
    [413, 'a body too large', (client) => client.put('/suppliers/A', `"${'x'.repeat(1_000_000)}"`)],
    [
      415,
      'a body of another type',
      (client) => client.post('/suppliers', 'a', { 'content-type': 'text/csv' }),
    ],
  ])('are on %i for %s', async (status, _what, call) => {
    const answer = await call(erp.client);
    expect(answer.status).toBe(status);
    expect(given(answer)).toEqual(HEADERS);
  });

  it('are on 403 for a missing scope', async () => {
    const { client } = await givenErp(app, { scopes: [] });
    const answer = await client.get('/suppliers');
    expect([answer.status, given(answer)]).toEqual([403, HEADERS]);
  });

  it('are on no answer to a credential that is not valid', async () => {
    const expired = await givenErp(app);
    await changeToken(app, expired.tokenId, { expiresAt: new Date(0) });
    const clients = [
      new Client(app.url),
      new Client(app.url, 'x'),
      new Client(app.url, `eudr_live_${'0'.repeat(48)}`),
    ];
    for (const client of [...clients, expired.client]) {
      const answer = await client.get('/suppliers');
      expect([answer.status, given(answer)]).toEqual([401, []]);
    }
  });
});

describe('past the limit', () => {
  it('answers 429 RATE_LIMIT_EXCEEDED, with nothing remaining', async () => {
    const answers = await times(LIMIT + 2, erp.client);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const refused = answers[LIMIT] as Answer;
    expect(refused.body).toMatchObject({ error: 'RATE_LIMIT_EXCEEDED', requestId: expect.any(String) });
    expect(number(refused, 'x-ratelimit-remaining')).toBe(0);
    expect(given(refused)).toEqual(HEADERS);
  });

  it('asks the caller to come back not earlier than the reset', async () => {
    const refused = (await times(LIMIT + 1, erp.client))[LIMIT] as Answer;
    const comesBackAt = Date.now() / 1000 + number(refused, 'retry-after');
    expect(number(refused, 'retry-after')).toBeLessThanOrEqual(61);
    expect(comesBackAt).toBeGreaterThanOrEqual(number(refused, 'x-ratelimit-reset'));
  });

  it('counts calls that are made at once exactly', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => erp.client.get('/auth/test')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
  });

  it('refuses before the body is read', async () => {
    await times(LIMIT, erp.client);
    expect((await erp.client.post('/suppliers', '{')).status).toBe(429);
  });

  it('counts refusals for want of a scope too, so that they cannot be tried without end', async () => {
    const { client } = await givenErp(app, { scopes: [] });
    for (let call = 0; call < LIMIT; call += 1) await client.get('/suppliers');
    expect((await client.get('/suppliers')).status).toBe(429);
  });
});

describe('whose limit it is', () => {
  it('each token has its own count, even within one integration', async () => {
    const other = await givenErp(app, { companyId: erp.companyId, integrationId: erp.integrationId });
    expect(await passing(erp.client, LIMIT + 1)).toBe(LIMIT);
    expect(await passing(other.client, LIMIT + 1)).toBe(LIMIT);
  });

  it("an integration's limit beats the default", async () => {
    await giveIntegrationLimit(erp.integrationId, 3);
    expect(await passing(erp.client, 5)).toBe(3);
  });

  it("a token's limit beats its integration's, upwards and downwards", async () => {
    const other = await givenErp(app, { companyId: erp.companyId, integrationId: erp.integrationId });
    await giveIntegrationLimit(erp.integrationId, 3);
    await changeToken(app, erp.tokenId, { rateLimitPerMinute: 2 });
    await changeToken(app, other.tokenId, { rateLimitPerMinute: 7 });
    expect(await passing(erp.client, 9)).toBe(2);
    expect(await passing(other.client, 9)).toBe(7);
  });

  it.each<[whose: string, give: () => Promise<void>]>([
    ["a token's", () => changeToken(app, erp.tokenId, { rateLimitPerMinute: 0 })],
    ["an integration's", () => giveIntegrationLimit(erp.integrationId, 0)],
  ])('%s limit of 0 is none', async (_whose, give) => {
    await give();
    expect(await passing(erp.client, LIMIT * 3)).toBe(LIMIT * 3);
  });
});
