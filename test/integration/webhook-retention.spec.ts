import type { Database } from '../../src/platform/database/database.js';
import { rowPlaceholders } from '../../src/platform/database/dialect.js';
import { toSqlInstant } from '../../src/platform/database/instant.js';
import { leastIdAt, newId } from '../../src/platform/ids/ids.js';
import { ChangeFeed } from '../../src/records/changes/change-feed.js';
import { ChangeLogEntry } from '../../src/records/changes/change-log.entity.js';
import { WebhookRetention } from '../../src/webhooks/deliveries/retention.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';
import { sentWhile } from '../support/paging/plans.js';
import { daysAgo, putDeliveries, putEndpoint, putEvent } from '../support/webhooks/outbox-rows.js';

const KEPT_DAYS = 30;
const [OLD, YOUNG] = [daysAgo(31), daysAgo(29)];

let open: OpenDatabase;
let database: Database;
let retention: WebhookRetention;
beforeAll(async () => {
  open = await openDatabase();
  ({ database } = open);
  retention = new WebhookRetention(database);
});
afterAll(() => open.close());
beforeEach(async () => {
  for (const table of TABLES) await database.write(`DELETE FROM ${table}`);
});

const TABLES = ['webhooks', 'webhook_deliveries', 'webhook_attempts', 'event_sets', 'events', 'change_log'];

async function rowsIn(table: string): Promise<number> {
  const [row] = await database.select<{ n: string | number }>(`SELECT COUNT(*) AS n FROM ${table}`);
  return Number(row?.n);
}

/** How many deliveries, attempts and endpoints there are. */
const stored = (): Promise<number[]> =>
  Promise.all(['webhook_deliveries', 'webhook_attempts', 'webhooks'].map(rowsIn));

const sweepDeliveries = (): Promise<number> => retention.sweepDeliveries(daysAgo(KEPT_DAYS));
const sweepEvents = (): Promise<number> => retention.sweepEvents(daysAgo(KEPT_DAYS));

async function untilNothingGoes(sweep: () => Promise<number>): Promise<number[]> {
  const steps: number[] = [];
  for (let gone = await sweep(); gone > 0; gone = await sweep()) steps.push(gone);
  return steps;
}

async function eventSets(): Promise<string[]> {
  const rows = await database.select<{ id: string }>('SELECT id FROM event_sets ORDER BY id');
  return rows.map(({ id }) => id);
}

describe('the sweep of deliveries', () => {
  it('forgets those of events that are too old, with their attempts, and keeps the younger', async () => {
    const [endpoint, other] = [await putEndpoint(database), await putEndpoint(database)];
    await putDeliveries(database, endpoint, OLD, 3);
    await putDeliveries(database, other, OLD, 2);
    await putDeliveries(database, endpoint, YOUNG, 4);
    await untilNothingGoes(sweepDeliveries);
    expect(await stored()).toEqual([4, 4, 2]);
  });

  it('keeps the attempts of a young delivery, however they are interleaved with old ones', async () => {
    const [endpoint, other] = [await putEndpoint(database), await putEndpoint(database)];
    await putDeliveries(database, other, YOUNG, 2);
    await putDeliveries(database, endpoint, OLD, 2);
    await putDeliveries(database, other, new Date(), 2);
    await untilNothingGoes(sweepDeliveries);
    expect(await stored()).toEqual([4, 4, 2]);
  });

  it('goes in steps of at most 500 rows of an endpoint, until nothing is left', async () => {
    await putDeliveries(database, await putEndpoint(database), OLD, 1_100);
    const steps = await untilNothingGoes(sweepDeliveries);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...steps)).toBeLessThanOrEqual(1_000);
    expect(await stored()).toEqual([0, 0, 1]);
  });

  it('comes to every endpoint, however many there are', async () => {
    const old = leastIdAt('wh', daysAgo(200));
    const now = toSqlInstant(new Date());
    const many = Array.from({ length: 1_100 }, (_, n) => `${old.slice(0, -6)}${String(n).padStart(6, '0')}`);
    const owner = ['com_1', 'int_1', 'tok_1', 'https://erp.example/', '[]', 0, 'sealed', 0, now, now];
    for (let start = 0; start < many.length; start += 100) {
      await database.write(
        `INSERT INTO webhooks (id, company_id, integration_id, credential_id, url, events, active, secret,
           failure_count, created_at, updated_at) VALUES ${rowPlaceholders(100, 11)}`,
        many.slice(start, start + 100).flatMap((id) => [id, ...owner]),
      );
    }
    const last = await putEndpoint(database);
    for (const id of [many[0] as string, many[1_099] as string, last])
      await putDeliveries(database, id, OLD, 2);
    const sent = await sentWhile({ database }, sweepDeliveries);
    const ofEndpoints = sent.filter(([text]) => text.includes('FROM webhooks'));
    expect(ofEndpoints).toHaveLength(4);
    for (const [text] of ofEndpoints) expect(text).toMatch(/LIMIT 500$/);
    expect(await stored()).toEqual([0, 0, 1_101]);
  });

  it('forgets all of a removed endpoint, however young, and then the endpoint itself', async () => {
    const kept = await putEndpoint(database);
    const removed = await putEndpoint(database, new Date());
    await putDeliveries(database, removed, new Date(), 600);
    await putDeliveries(database, kept, YOUNG, 1);
    await sweepDeliveries();
    expect(await rowsIn('webhooks')).toBe(2);
    await untilNothingGoes(sweepDeliveries);
    expect(await stored()).toEqual([1, 1, 1]);
    expect(await database.select('SELECT id FROM webhooks')).toEqual([{ id: kept }]);
  });
});

describe('the sweep of events', () => {
  it('forgets what is too old and was fanned out, and keeps all else', async () => {
    await putEvent(database, OLD);
    const kept = [await putEvent(database, OLD, false), await putEvent(database, YOUNG)];
    kept.push(await putEvent(database, new Date(), false));
    expect(await untilNothingGoes(sweepEvents)).toEqual([1]);
    expect(await eventSets()).toEqual(kept.sort());
    expect(await rowsIn('events')).toBe(kept.length);
  });

  it('goes in steps of at most a hundred', async () => {
    for (let event = 0; event < 130; event += 1) await putEvent(database, OLD);
    expect(await untilNothingGoes(sweepEvents)).toEqual([100, 30]);
  });

  it('keeps what the change feed still tells of, and forgets it once that has forgotten it', async () => {
    const setId = await putEvent(database, OLD);
    const entry = { integrationId: newId('int'), sequence: 1, setId, createdAt: OLD };
    await database.transaction((tx) => tx.manager.insert(ChangeLogEntry, entry));
    expect(await sweepEvents()).toBe(0);
    expect(await new ChangeFeed(database).sweep(daysAgo(KEPT_DAYS))).toBe(1);
    expect(await sweepEvents()).toBe(1);
    expect(await eventSets()).toEqual([]);
  });
});
