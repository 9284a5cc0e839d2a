import type { TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { followFeed } from '../../support/records/changes.js';
import { onServer } from '../../support/databases/database.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, type Row, supplier, suppliers } from '../../support/app/factories.js';
import { isReplay, keyed } from '../../support/http/idempotency.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, eventOf, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

const SAID_INSIDE = 'the disk is on fire';
const FAILS = onServer
  ? `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${SAID_INSIDE}'`
  : `SELECT RAISE(ABORT, '${SAID_INSIDE}')`;
const BROKEN = `CREATE TRIGGER broken BEFORE INSERT ON suppliers FOR EACH ROW BEGIN ${FAILS}; END`;

let app: TestApp;
let erp: Erp;
let endpoint: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'sync.failed', 'sync.completed', 'supplier.created');
  await app.database.write(BROKEN);
});
afterEach(async () => {
  await app.database.write('DROP TRIGGER IF EXISTS broken');
  await checkAndCloseEndpoints();
});

const mend = (): Promise<number> => app.database.write('DROP TRIGGER broken');
const post = (headers: Record<string, string> = {}): Promise<Answer> =>
  erp.client.post('/suppliers', { suppliers: suppliers(3, 'S') }, headers);

const events = (): Promise<Row[]> =>
  app.database.select(
    `SELECT e.type FROM events e JOIN event_sets s ON s.id = e.set_id
     WHERE s.integration_id = ? ORDER BY e.set_id, e.position`,
    [erp.integrationId],
  );

describe('a bulk call that fails inside', () => {
  it('is a 500 that tells nothing of it, and writes nothing', async () => {
    const answer = await post();
    expectError(answer, 500, 'INTERNAL_ERROR');
    expect(JSON.stringify(answer.body)).not.toContain(SAID_INSIDE);
    expect((await erp.client.get('/suppliers')).body.total).toBe(0);
    expect((await followFeed(erp.client)).changes).toEqual([]);
    expect(app.log.join('\n')).toContain(SAID_INSIDE);
  });

  it('is in the sync log as an error, with its reason for a person', async () => {
    await post();
    const { body } = await erp.client.get('/sync-logs');
    expect(body.data).toMatchObject([
      { entityType: 'SUPPLIER', action: 'FULL_SYNC', status: 'ERROR', recordsAffected: 0 },
    ]);
    expect(body.data[0].errorMessage).toMatch(/3 rows.*again/);
    expect(JSON.stringify(body)).not.toContain(SAID_INSIDE);
  });

  it('is a sync.failed to those who subscribe, and nothing else', async () => {
    await post();
    expect(await events()).toEqual([{ type: 'sync.failed' }]);
    const [told] = await endpoint.receiver.next();
    const data = { entityType: 'SUPPLIER', created: 0, updated: 0, errors: 0 };
    expect(eventOf(told)).toMatchObject({ event: 'sync.failed', integrationId: erp.integrationId, data });
  });

  it('leaves its Idempotency-Key free, and then takes effect once', async () => {
    const headers = keyed();
    expectError(await post(headers), 500, 'INTERNAL_ERROR');
    await mend();
    const answer = await post(headers);
    expect([answer.status, answer.body.created, isReplay(answer)]).toEqual([200, 3, false]);
    expect(isReplay(await post(headers))).toBe(true);
    expect((await events()).map(({ type }) => type)).toEqual([
      'sync.failed',
      ...Array(3).fill('supplier.created'),
      'sync.completed',
    ]);
  });
});

describe('a single write that fails inside', () => {
  it('is a 500, and no sync run to the log or to those who subscribe', async () => {
    const { externalId: _, ...body } = supplier();
    expectError(await erp.client.put('/suppliers/S-0', body), 500, 'INTERNAL_ERROR');
    expect(await events()).toEqual([]);
    expect((await erp.client.get('/sync-logs')).body.total).toBe(0);
    expect((await erp.client.get('/suppliers/S-0')).status).toBe(404);
  });
});
