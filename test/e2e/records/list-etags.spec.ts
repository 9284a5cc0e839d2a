import { startApp, type TestApp } from '../../support/app/app.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('lists of $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
    await records.post([kind.row({ externalId: 'A' }), kind.row({ externalId: 'B' })]);
  });

  it.each([
    `/${kind.plural}`,
    `/${kind.plural}?since=2000-01-01T00:00:00Z&limit=1`,
    '/sync-status',
    `/sync-status?entityType=${kind.entityType}`,
    '/sync-logs',
  ])('%s carry an ETag, and answer 304 until they change', async (path) => {
    const first = await records.client.get(path);
    const etag = first.headers.get('etag') as string;
    expect([etag, first.headers.get('cache-control')]).toEqual([
      expect.stringMatching(/^"[^"]+"$/),
      'private, no-cache',
    ]);
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { status, body, headers } = await records.client.get(path, { 'if-none-match': header });
      expect([status, body, headers.get('etag')]).toEqual([304, '', etag]);
      expect(headers.get('cache-control')).toBe('private, no-cache');
    }
    expect((await records.client.get(path, { 'if-none-match': '"other"' })).body).toEqual(first.body);
    await records.post([kind.row({ externalId: 'C' }), kind.row({ externalId: 'A', ...kind.change })]);
    const changed = await records.client.get(path, { 'if-none-match': etag });
    expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false]);
  });

  it('one record is kept by the cache of its caller alone, too', async () => {
    const { headers } = await records.get('A');
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });
});
