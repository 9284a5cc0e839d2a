import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { followFeed } from '../../support/records/changes.js';
import { givenErp, suppliers } from '../../support/app/factories.js';
import { expectOneEffect, expectReplay, keyed } from '../../support/http/idempotency.js';
import { givenReferences, KINDS } from '../../support/records/records.js';

const AT_ONCE = 50;

let app: TestApp;
let elsewhere: TestApp;
beforeAll(async () => {
  app = await startApp();
  elsewhere = await startApp({}, app.env);
});
afterAll(async () => {
  await elsewhere.close();
  await app.close();
});

const atOnce = (call: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => call(index)));

describe.each(KINDS)('fifty POST /$plural at once with one key', (kind) => {
  it.each(['one process', 'two processes'])('on %s take effect once', async (where) => {
    const { client, token } = await givenErp(app);
    await givenReferences(client, kind);
    const clients = where === 'one process' ? [client] : [client, new Client(elsewhere.url, token)];
    const rows = Array.from({ length: 20 }, (_, index) => kind.row({ externalId: `R-${index}` }));
    const headers = keyed();
    const call = (index: number): Promise<Answer> =>
      (clients[index % clients.length] as Client).post(`/${kind.plural}`, { [kind.plural]: rows }, headers);

    const first = expectOneEffect(await atOnce(call), 200);
    expect(first.body.created).toBe(20);
    expectReplay(await call(0), first);
    expectReplay(await call(1), first);
    expect((await client.get(`/sync-logs?entityType=${kind.entityType}`)).body.total).toBe(1);
    expect((await client.get(`/${kind.plural}/R-0`)).headers.get('etag')).toBe('"v1"');
    const told = (await followFeed(client)).changes.filter(({ externalId }) => externalId.startsWith('R-'));
    expect(told).toHaveLength(20);
  });
});

describe('fifty calls at once with one key and fifty bodies', () => {
  it('take the effect of one body, and all others are refused', async () => {
    const { client } = await givenErp(app);
    const headers = keyed();
    const answers = await atOnce((index) =>
      client.post('/suppliers', { suppliers: suppliers(2, `CALLER-${index}`) }, headers),
    );
    const refused = answers.filter(({ status }) => status === 409 || status === 422);
    expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([1, AT_ONCE - 1]);
    expect((await client.get('/suppliers')).body.total).toBe(2);
  });
});

describe('fifty calls at once with fifty keys', () => {
  it('each take effect', async () => {
    const { client } = await givenErp(app);
    const answers = await atOnce((index) =>
      client.post('/suppliers', { suppliers: suppliers(2, `CALLER-${index}`) }, keyed()),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.created}`))).toEqual(
      new Set(['200 2']),
    );
    expect((await client.get('/suppliers')).body.total).toBe(2 * AT_ONCE);
  });
});
