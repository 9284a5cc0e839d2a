import { SyncLog } from '../../../src/records/sync-logs/sync-log.entity.js';
import { newRunId } from '../../../src/records/sync-logs/sync-logs.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, type Row } from '../../support/app/factories.js';
import { givenPerson } from '../../support/people/members.js';

const MAX_RUN_BYTES = 64 * 1024;
const MAX_PAGE_BYTES = 640 * 1024;
/** What a run tells besides its errors and warnings. */
const REST_BYTES = 2048;

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
});

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const longId = (index: number): string => `${'🫘'.repeat(250)}${index}`;

describe('a bulk call whose 500 rows are refused with the longest errors', () => {
  it('is logged with the errors that fit into 64 kB, and how many more there were', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${'"'.repeat(300)}${n}`, 1]));
    const suppliers = Array.from({ length: 500 }, (_, n) => ({ ...unknown, externalId: longId(n) }));
    const { body } = await erp.client.post('/suppliers', { suppliers });
    const [log] = (await erp.client.get('/sync-logs')).body.data;
    const { errors, errorsLeftOut } = log.metadata;
    expect(bytesOf(body.errors)).toBeGreaterThan(MAX_PAGE_BYTES);
    expect(errors).toEqual(body.errors.slice(0, errors.length));
    expect([errors.length > 10, errors.length + errorsLeftOut]).toEqual([true, 500]);
    expect(log.errorMessage).toBe('500 of 500 rows were refused.');
    expect(bytesOf(log.metadata)).toBeLessThan(MAX_RUN_BYTES + REST_BYTES);
    const [stored] = await app.database.select<{ bytes: number }>(
      'SELECT LENGTH(metadata) AS bytes FROM sync_logs WHERE id = ?',
      [log.id],
    );
    expect(Number(stored?.bytes)).toBeLessThan(MAX_RUN_BYTES + REST_BYTES);
  });

  it('is logged with the warnings that fit too', async () => {
    const contacts = { email: '🫘'.repeat(50), phone: '🫘'.repeat(40) };
    const suppliers = Array.from({ length: 500 }, (_, n) => ({
      externalId: longId(n),
      name: 'X',
      ...contacts,
    }));
    await erp.client.post('/suppliers', { suppliers });
    const [log] = (await erp.client.get('/sync-logs')).body.data;
    const { warnings, warningsLeftOut } = log.metadata;
    expect(warnings.length + warningsLeftOut).toBe(1000);
    expect(bytesOf(log.metadata)).toBeLessThan(MAX_RUN_BYTES + REST_BYTES);
  });
});

describe('a page of 100 runs as long as an earlier version stored them', () => {
  const errors = Array.from({ length: 100 }, (_, index) => ({
    externalId: longId(index),
    index,
    error: '"}],{\\'.repeat(150),
  }));

  beforeEach(async () => {
    const { companyId, integrationId } = erp;
    const run = { entityType: 'SUPPLIER', action: 'FULL_SYNC', status: 'ERROR', recordsAffected: 0 } as const;
    const errorMessage = '100 of 100 rows were refused.';
    const metadata = { created: 0, updated: 0, unchanged: 0, deleted: 0, errors };
    const now = new Date();
    const times = { startedAt: now, completedAt: now, createdAt: now };
    for (let count = 0; count < 100; count += 1) {
      const row = { id: newRunId(), companyId, integrationId, ...run, errorMessage, metadata, ...times };
      await app.database.transaction((tx) => tx.manager.insert(SyncLog, row));
    }
  });

  const expectBounded = (logs: Row[], eachBytes: number): void => {
    for (const { metadata } of logs as { metadata: Row & { errors: Row[]; errorsLeftOut: number } }[]) {
      expect(metadata.errors).toEqual(errors.slice(0, metadata.errors.length));
      expect(metadata.errors.length).toBeGreaterThan(0);
      expect(metadata.errors.length + metadata.errorsLeftOut).toBe(100);
      expect(bytesOf(metadata)).toBeLessThan(eachBytes + REST_BYTES);
    }
  };

  it('has at most 640 kB of errors, by either door', async () => {
    const person = await givenPerson(app, { erp });
    const path = `/api/integrations/${erp.integrationId}/sync-logs?limit=100`;
    for (const { body } of [await erp.client.get('/sync-logs?limit=100'), await person.client.get(path)]) {
      expect(body.data).toHaveLength(100);
      expect(bytesOf(body)).toBeLessThan(MAX_PAGE_BYTES + 100 * REST_BYTES);
      expectBounded(body.data, MAX_PAGE_BYTES / 100);
    }
  });

  it('shows more of each with a lower limit, at most 64 kB', async () => {
    const { body } = await erp.client.get('/sync-logs?limit=5');
    expectBounded(body.data, MAX_RUN_BYTES);
    expect(body.data[0].metadata.errors.length).toBeGreaterThan(20);
  });
});
