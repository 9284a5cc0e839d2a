import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, type Row, suppliers } from '../../support/app/factories.js';
import { migratedDatabase } from '../../support/databases/database.js';
import { type LosingProxy, startLosingProxy } from '../../support/databases/losing-proxy.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { expectReplay, isReplay, keyed } from '../../support/http/idempotency.js';
import { until } from '../../support/processes/processes.js';

let proxy: LosingProxy;
let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  proxy = await startLosingProxy(await migratedDatabase());
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' }, proxy.env);
});
afterAll(async () => {
  await app.close();
  await proxy.close();
});
beforeEach(async () => {
  erp = await givenErp(app);
});

const post = (headers: Record<string, string> = {}): Promise<Answer> =>
  erp.client.post('/suppliers', { suppliers: suppliers(3, 'S') }, headers);

const events = async (): Promise<string[]> => {
  const rows = await app.database.select<Row>(
    `SELECT e.type FROM events e JOIN event_sets s ON s.id = e.set_id
     WHERE s.integration_id = ? ORDER BY e.set_id, e.position`,
    [erp.integrationId],
  );
  return rows.map(({ type }) => String(type));
};

const keysHeld = async (): Promise<number> => {
  const rows = await app.database.select(
    'SELECT id FROM idempotency_keys WHERE company_id = ? AND status IS NULL',
    [erp.companyId],
  );
  return rows.length;
};

function expectOutcomeUnknown(answer: Answer): void {
  expectError(answer, 503, 'OUTCOME_UNKNOWN');
  expect(answer.body.message).toMatch(/may be saved.*same Idempotency-Key, or read the data/);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
}

describe('a bulk call whose COMMIT took effect and whose response was lost', () => {
  it.each([
    ['with a key', keyed()],
    ['without a key', {}],
  ])('%s says that it may have been written, and is logged as what it was', async (_, headers) => {
    proxy.loseNext('COMMIT');
    expectOutcomeUnknown(await post(headers));
    expect((await erp.client.get('/suppliers')).body.total).toBe(3);
    const logs = await erp.client.get('/sync-logs');
    expect(logs.body.data.map(({ status }: Row) => status)).toEqual(['SUCCESS']);
    expect(await events()).not.toContain('sync.failed');
  });

  it('replays what it would have said to who sends it again with its key', async () => {
    const headers = keyed();
    proxy.loseNext('COMMIT');
    expectOutcomeUnknown(await post(headers));
    await until(async () => (await keysHeld()) === 0);
    const again = await post(headers);
    expect([again.status, again.body.created, isReplay(again)]).toEqual([200, 3, true]);
    expectReplay(await post(headers), again);
  });
});

it('a lost response before COMMIT wrote nothing, and says so', async () => {
  proxy.loseNext('INSERT INTO sync_logs');
  const answer = await post();
  expectError(answer, 503, 'SERVICE_UNAVAILABLE');
  expect(answer.body.message).toContain('Nothing was saved');
  expect((await erp.client.get('/suppliers')).body.total).toBe(0);
});

it('a claim whose response was lost is free again without waiting for its lease', async () => {
  const headers = keyed();
  proxy.loseNext('INSERT INTO idempotency_keys');
  expectError(await post(headers), 503, 'SERVICE_UNAVAILABLE');
  await until(async () => (await keysHeld()) === 0);
  const again = await post(headers);
  expect([again.status, again.body.created, isReplay(again)]).toEqual([200, 3, false]);
});

it('a lone write whose response was lost may have been written', async () => {
  const id = randomUUID();
  proxy.loseNext('INSERT INTO companies');
  const written = app.database.write(
    'INSERT INTO companies (id, name, slug, created_at) VALUES (?, ?, ?, ?)',
    [id, 'x', id.slice(-20), '2026-01-01 00:00:00.000'],
  );
  await expect(written).rejects.toMatchObject({ kind: { code: 'OUTCOME_UNKNOWN' } });
  expect(await app.database.select('SELECT id FROM companies WHERE id = ?', [id])).toHaveLength(1);
});

it('the log holds no stack for each request', async () => {
  app.log.length = 0;
  proxy.loseNext('COMMIT');
  await post();
  expect(app.log.join('\n')).toContain('OUTCOME_UNKNOWN');
  expect(app.log.join('\n')).not.toContain('"stack"');
});
