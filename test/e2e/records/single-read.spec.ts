import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('reading one of the $plural', (kind) => {
  let records: Records;
  let etag: string;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
    await records.post([kind.row({ externalId: 'X', ...kind.optional })]);
    etag = (await records.get('X')).headers.get('etag') as string;
  });

  it('gives the whole record, its internalId and a strong ETag', async () => {
    const { body, headers } = await records.get('X');
    expect(body).toMatchObject({ externalId: 'X', ...kind.optional });
    expect(body.internalId).toBe((await records.list()).body.entities[0].internalId);
    expect(headers.get('etag')).toMatch(/^"[^"]+"$/);
  });

  it('gives nothing of the inside', async () => {
    const { body } = await records.get('X');
    const known = ['externalId', 'internalId', ...kind.required, ...Object.keys(kind.optional)];
    const more = Object.keys(body).filter((key) => !known.includes(key));
    expect(more.filter((key) => !/^(createdAt|updatedAt|syncStatus|lastSyncedAt)$/.test(key))).toEqual([]);
  });

  it('answers 304 without a body where If-None-Match names its ETag', async () => {
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, `"a",W/${etag} , "b"`, '*']) {
      const answer = await records.get('X', { 'if-none-match': header });
      expect([header, answer.status, answer.body]).toEqual([header, 304, '']);
      expect(answer.headers.get('etag')).toBe(etag);
    }
  });

  it('answers 200 where If-None-Match names others', async () => {
    for (const header of ['"other"', 'W/"other", "another"', etag.slice(1, -1), `"${etag.slice(1, -1)} "`]) {
      expect([header, (await records.get('X', { 'if-none-match': header })).status]).toEqual([header, 200]);
    }
  });

  it('answers 200 again once it changed', async () => {
    await records.post([kind.row({ externalId: 'X', ...kind.change })]);
    const { status, body } = await records.get('X', { 'if-none-match': etag });
    expect(status).toBe(200);
    expect(body).toMatchObject(kind.change);
  });

  it('answers 404 that names what was looked for', async () => {
    const message = `No ${kind.label.toLowerCase()} found with externalId "nope"`;
    expectError(await records.get('nope'), 404, 'NOT_FOUND', message);
    expectError(await records.get('nope', { 'if-none-match': '*' }), 404, 'NOT_FOUND');
  });

  it('answers 404 once it was deleted', async () => {
    await records.delete('X');
    expectError(await records.get('X', { 'if-none-match': etag }), 404, 'NOT_FOUND');
  });
});
