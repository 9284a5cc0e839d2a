import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import type { Row } from '../../support/app/factories.js';
import {
  givenAllRecords,
  givenRecords,
  KINDS,
  nextInstant,
  type Records,
} from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ids = (entities: Row[]): unknown[] => entities.map((entity) => entity['externalId']).sort();

it('tells the totals of all record types', async () => {
  const { erp, batches } = await givenAllRecords(app);
  await batches.post([batches.kind.row(), batches.kind.row()]);
  const { status, body } = await erp.client.get('/sync-status');
  expect(status).toBe(200);
  expect(body).toEqual({ suppliers: { total: 1 }, products: { total: 1 }, batches: { total: 2 } });
});

describe.each(KINDS)('the sync status of $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const status = (query = '') => records.client.get(`/sync-status?entityType=${kind.entityType}${query}`);
  const one = async (externalId: string): Promise<Row> => {
    const { body } = await status(`&externalIds=${encodeURIComponent(externalId)}&externalIds=none`);
    expect(body.entities).toHaveLength(1);
    return body.entities[0];
  };
  const row = (externalId: string, more: Row = {}): Row => kind.row({ externalId, ...more });

  it('has the shape of the list', async () => {
    await records.post(['A', 'B', 'C'].map((id) => row(id)));
    expect((await status()).body).toEqual((await records.list()).body);
    const { body } = await status('&limit=2&page=2');
    expect([body.entities.length, body.total, body.page, body.limit]).toEqual([1, 3, 2, 2]);
  });

  it('is told for chosen ids, by comma list or repeated', async () => {
    await records.post(['A', 'B', 'C', 'x,y', 'a'].map((id) => row(id)));
    expect(ids((await status('&externalIds=A,C')).body.entities)).toEqual(['A', 'C']);
    expect(ids((await status('&externalIds=A&externalIds=B')).body.entities)).toEqual(['A', 'B']);
    const withComma = `&externalIds=${encodeURIComponent('x,y')}&externalIds=C`;
    expect(ids((await status(withComma)).body.entities)).toEqual(['C', 'x,y']);
    expect((await status('&externalIds=nope')).body.entities).toEqual([]);
    expect(ids((await status('&externalIds=A,nope,A')).body.entities)).toEqual(['A']);
  });

  it('is told for one text of %2C both ways, and for repeated texts whole', async () => {
    await records.post(['A', 'B', 'A,B'].map((id) => row(id)));
    expect(ids((await status('&externalIds=A%2CB')).body.entities)).toEqual(['A', 'A,B', 'B']);
    expect(ids((await status('&externalIds=A,B')).body.entities)).toEqual(['A', 'B']);
    expect(ids((await status('&externalIds=A,B&externalIds=none')).body.entities)).toEqual(['A,B']);
  });

  it('is told for 500 ids in a body, in one page', async () => {
    const named = Array.from({ length: 500 }, (_, index) => `R,${index}-${'x'.repeat(240)}`);
    await records.post(named.slice(0, 120).map((id) => row(id)));
    const answer = await records.client.post('/sync-status', {
      entityType: kind.entityType,
      externalIds: named,
    });
    const { entities, ...rest } = answer.body;
    expect([answer.status, rest]).toEqual([200, { total: 120, page: 1, limit: 500, nextCursor: null }]);
    expect(ids(entities)).toEqual(named.slice(0, 120).sort());
    expect(entities[0]).toEqual(await one(`${entities[0].externalId}`));
  });

  it('does not take an id for another that differs in case, accent or trailing space', async () => {
    await records.post([row('Café')]);
    for (const id of ['café', 'Cafe', 'Café ', 'Cafe\u0301']) {
      const { body } = await status(`&externalIds=${encodeURIComponent(id)}&externalIds=none`);
      expect([id, body.entities]).toEqual([id, []]);
    }
  });

  it('is told for what changed since a time, the deleted included', async () => {
    await records.post([row('A'), row('B'), row('C')]);
    const since = await nextInstant();
    await records.post([row('A', kind.change)]);
    await records.delete('B');
    const { body } = await status(`&since=${since}`);
    expect(ids(body.entities)).toEqual(['A', 'B']);
    expect(body.entities.filter((entity: Row) => entity['deletedAt'] !== undefined)).toMatchObject([
      { externalId: 'B' },
    ]);
    expect(ids((await status()).body.entities)).toEqual(['A', 'C']);
  });

  it('is ERROR after a refused row and SYNCED after the next accepted one', async () => {
    await records.post([row('A'), row('B')]);
    await records.post([{ externalId: 'A' }]);
    expect([(await one('A'))['syncStatus'], (await one('B'))['syncStatus']]).toEqual(['ERROR', 'SYNCED']);
    const listed = (await records.list()).body.entities as Row[];
    expect(listed.find((entity) => entity['externalId'] === 'A')).toMatchObject({ syncStatus: 'ERROR' });
    await records.post([row('A')]);
    expect((await one('A'))['syncStatus']).toBe('SYNCED');
  });

  it('is ERROR after a refused row among accepted ones, and after a reference that is not found', async () => {
    await records.post([row('A'), row('B')]);
    const wrong = kind.plural === 'suppliers' ? { country: 'XX' } : { supplierExternalId: 'NONE' };
    await records.post([row('B', kind.change), row('A', wrong)]);
    expect([(await one('A'))['syncStatus'], (await one('B'))['syncStatus']]).toEqual(['ERROR', 'SYNCED']);
  });

  it('is SYNCED where the last of several rows was accepted, though earlier ones were refused', async () => {
    await records.post([row('A')]);
    await records.post([{ externalId: 'A' }, row('A')]);
    expect((await one('A'))['syncStatus']).toBe('SYNCED');
  });

  it('is SYNCED again after an accepted PUT', async () => {
    await records.post([row('A')]);
    await records.post([{ externalId: 'A' }]);
    await records.put('A', records.body());
    expect((await one('A'))['syncStatus']).toBe('SYNCED');
  });

  it('moves lastSyncedAt with each accepted row, changed or not, and with no refused one', async () => {
    await records.post([row('A')]);
    const first = (await one('A'))['lastSyncedAt'] as string;
    await nextInstant();
    await records.post([{ externalId: 'A' }]);
    expect((await one('A'))['lastSyncedAt']).toBe(first);
    await records.post([row('A')]);
    const second = (await one('A'))['lastSyncedAt'] as string;
    expect(Date.parse(second)).toBeGreaterThan(Date.parse(first));
    await nextInstant();
    await records.put('A', records.body(kind.change));
    expect(Date.parse((await one('A'))['lastSyncedAt'] as string)).toBeGreaterThan(Date.parse(second));
  });

  it('does not move the ETag by a refused row', async () => {
    await records.post([row('A')]);
    const before = (await records.get('A')).headers.get('etag');
    await records.post([{ externalId: 'A' }]);
    expect((await records.get('A')).headers.get('etag')).toBe(before);
  });
});

it.each([
  ['externalIds=A', 'entityType'],
  ['entityType=PLOT', 'entityType'],
  ['entityType=supplier', 'entityType'],
  ['entityType=', 'entityType'],
  ['entityType=SUPPLIER&since=now', 'since'],
  ['entityType=SUPPLIER&page=0', 'page'],
  ['entityType=SUPPLIER&colour=red', 'colour'],
])('is a 400 for ?%s', async (query, path) => {
  const records = await givenRecords(app, KINDS[0] as (typeof KINDS)[number]);
  expectInvalid(await records.client.get(`/sync-status?${query}`), path);
});

it('is a 400 that points to cursor past 10,000', async () => {
  const records = await givenRecords(app, KINDS[0] as (typeof KINDS)[number]);
  const answer = await records.client.get('/sync-status?entityType=SUPPLIER&page=101&limit=100');
  expectError(answer, 400, 'VALIDATION_ERROR', /cursor/);
});

it.each([
  [{ externalIds: ['A'] }, 'entityType'],
  [{ entityType: 'PLOT', externalIds: [] }, 'entityType'],
  [{ entityType: 'SUPPLIER' }, 'externalIds'],
  [{ entityType: 'SUPPLIER', externalIds: 'A,B' }, 'externalIds'],
  [{ entityType: 'SUPPLIER', externalIds: ['A', 7] }, 'externalIds'],
  [{ entityType: 'SUPPLIER', externalIds: Array.from({ length: 501 }, () => 'A') }, 'externalIds'],
  [{ entityType: 'SUPPLIER', externalIds: [], limit: 5 }, 'limit'],
])('is a 400 for the body %j', async (body, path) => {
  const records = await givenRecords(app, KINDS[0] as (typeof KINDS)[number]);
  const answer = await records.client.post('/sync-status', body);
  expectError(answer, 400, 'VALIDATION_ERROR');
  expect(answer.body.details[0].path).toBe(path);
});
