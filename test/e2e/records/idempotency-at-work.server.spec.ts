import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier, suppliers } from '../../support/app/factories.js';
import { holdWritesOf } from '../../support/databases/held-transaction.js';
import type { Answer } from '../../support/http/client.js';
import { expectInProgress, expectReplay, keyed } from '../../support/http/idempotency.js';
import { until } from '../../support/processes/processes.js';

// The embedded engine lets nothing in beside an open transaction, so that no call can be met while it runs.

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  await erp.client.post('/suppliers', { suppliers: suppliers(1, 'FIRST') });
});

const fromNow = (ms: number): string => toSqlInstant(new Date(Date.now() + ms));

const post = (headers: Record<string, string>): Promise<Answer> =>
  erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'X' })] }, headers);

/** How many keys of the company fit. */
async function keysWhere(condition: string, ...values: string[]): Promise<number> {
  const rows = await app.database.select(
    `SELECT id FROM idempotency_keys WHERE company_id = ? AND ${condition}`,
    [erp.companyId, ...values],
  );
  return rows.length;
}

describe('a call whose key is at work', () => {
  it('is answered at once with a 409, and with the replay when the first has ended', async () => {
    const body = { suppliers: suppliers(1, 'HELD') };
    const headers = keyed();
    const call = (): Promise<Answer> => erp.client.post('/suppliers', body, headers);
    const heldUp = await holdWritesOf(app.database, erp.integrationId);
    const calls = [call(), call()];
    await Promise.race(calls)
      .then(expectInProgress)
      .finally(() => heldUp.letGo());
    const answers = await Promise.all(calls);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expectReplay(await call(), answers.find(({ status }) => status === 200) as Answer);
  });
});

it('a call whose claim ran out and was taken over is answered a 409, and the other has the one effect', async () => {
  const headers = keyed();
  const holder = await holdWritesOf(app.database, erp.integrationId);
  const slow = post(headers);
  await until(async () => (await keysWhere('status IS NULL')) === 1);
  await app.database.write('UPDATE idempotency_keys SET lease_until = ? WHERE company_id = ?', [
    fromNow(-1),
    erp.companyId,
  ]);
  const quick = post(headers);
  await until(async () => (await keysWhere('lease_until > ? AND status IS NULL', fromNow(0))) === 1);
  await holder.letGo();
  expectInProgress(await slow);
  expect([(await quick).status, (await quick).body.created]).toEqual([200, 1]);
  expectReplay(await post(headers), await quick);
  expect((await erp.client.get('/sync-logs?entityType=SUPPLIER')).body.total).toBe(2);
});
