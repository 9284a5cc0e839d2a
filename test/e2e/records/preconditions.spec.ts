import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, nextInstant, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('PUT of one of the $plural', (kind) => {
  let records: Records;
  const name = `${kind.label.toLowerCase()} with externalId "X"`;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });

  describe('with If-None-Match', () => {
    it('* makes a record only where none is, and again once it was deleted', async () => {
      const headers = { 'if-none-match': '*' };
      expect((await records.put('X', records.body(), headers)).status).toBe(201);
      const refused = await records.put('X', records.body(kind.change), headers);
      expectError(refused, 412, 'PRECONDITION_FAILED', `If-None-Match failed: a ${name} already exists.`);
      expect((await records.get('X')).body).not.toMatchObject(kind.change);
      await records.delete('X');
      expect((await records.put('X', records.body(), headers)).status).toBe(201);
    });

    it('* lets one of several calls at once make the record', async () => {
      const calls = Array.from({ length: 4 }, () =>
        records.put('X', records.body(), { 'if-none-match': '*' }),
      );
      const statuses = (await Promise.all(calls)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([201, 412, 412, 412]);
    });

    it('of tags writes where the record has none of them', async () => {
      const etag = (await records.put('X', records.body())).headers.get('etag') as string;
      for (const header of [etag, `"a", W/${etag}`, 'v1']) {
        expectError(
          await records.put('X', records.body(kind.change), { 'if-none-match': header }),
          412,
          'PRECONDITION_FAILED',
        );
      }
      expect((await records.put('X', records.body(kind.change), { 'if-none-match': '"a"' })).status).toBe(
        200,
      );
    });

    it('and If-Match writes where both hold', async () => {
      const etag = (await records.put('X', records.body())).headers.get('etag') as string;
      const both = (ifNoneMatch: string) =>
        records.put('X', records.body(), { 'if-match': etag, 'if-none-match': ifNoneMatch });
      expect((await both('"a"')).status).toBe(200);
      expectError(await both('*'), 412, 'PRECONDITION_FAILED', /already/);
    });
  });

  it('with If-Match says that there is no record where none is', async () => {
    const answer = await records.put('X', records.body(), { 'if-match': '*' });
    expectError(
      answer,
      412,
      'PRECONDITION_FAILED',
      `Record not found: ${name}. If-Match requires an existing record.`,
    );
  });

  describe('of what a read gave', () => {
    it('is taken, changed or not', async () => {
      await records.put('X', records.body(kind.optional));
      const { body, headers } = await records.get('X');
      const same = await records.put('X', body);
      expect([same.status, same.headers.get('etag')]).toEqual([200, headers.get('etag')]);
      const changed = await records.put(
        'X',
        { ...same.body, ...kind.change },
        { 'if-match': headers.get('etag') as string },
      );
      expect([changed.status, changed.body.internalId]).toEqual([200, body.internalId]);
      expect(changed.body).toMatchObject(kind.change);
    });

    it('is taken with what the list adds, and with times written otherwise', async () => {
      await records.put('X', records.body());
      const { syncStatus, lastSyncedAt } = (await records.list()).body.entities[0];
      const { createdAt } = (await records.get('X')).body;
      const otherwise = createdAt.replace('Z', '000+00:00');
      const answer = await records.put('X', {
        ...records.body(),
        syncStatus,
        lastSyncedAt,
        createdAt: otherwise,
      });
      expect(answer.status).toBe(200);
    });

    it('is a 412 that names the field which is no longer what is stored', async () => {
      const { body } = await records.put('X', records.body());
      await nextInstant();
      await records.put('X', records.body(kind.change));
      const stale = await records.put('X', body);
      expectError(stale, 412, 'PRECONDITION_FAILED', /^updatedAt differs from the stored value/);
      expect(stale.body.details).toMatchObject([{ path: 'updatedAt' }]);
      const current = (await records.get('X')).body;
      for (const [field, value] of [
        ['internalId', 'x'],
        ['internalId', null],
        ['createdAt', 7],
        ['updatedAt', '2026-02-30'],
        ['syncStatus', 'ERROR'],
        ['lastSyncedAt', {}],
      ] as const) {
        expectError(
          await records.put('X', { ...current, [field]: value }),
          412,
          'PRECONDITION_FAILED',
          new RegExp(`^${field} `),
        );
      }
      expect((await records.get('X')).body).toEqual(current);
    });

    it('is a 412 where the record is gone, and null stands for nothing there', async () => {
      const { body } = await records.put('X', records.body());
      await records.delete('X');
      expectError(
        await records.put('X', body),
        412,
        'PRECONDITION_FAILED',
        new RegExp(`There is no ${name}\\. Omit internalId`),
      );
      const nothing = { internalId: null, createdAt: null, updatedAt: null };
      expect((await records.put('X', { ...records.body(), ...nothing })).status).toBe(201);
    });
  });

  it('answers with what it wrote itself', async () => {
    const bodies = Array.from({ length: 6 }, (_, index) =>
      records.named(`writer ${index}`, { externalId: 'X' }),
    );
    const answers = await Promise.all(bodies.map((body) => records.put('X', body)));
    expect(answers.map(({ body }) => body[kind.nameField])).toEqual(
      bodies.map((body) => body[kind.nameField]),
    );
    expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(6);
  });
});
