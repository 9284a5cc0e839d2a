import { startApp, type TestApp } from '../../support/app/app.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('bulk upsert of $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });

  it('answers one record per row, in the order given, and tells created from updated', async () => {
    await records.post([kind.row({ externalId: 'KNOWN' })]);
    const { status, body } = await records.post([
      kind.row({ externalId: 'B' }),
      kind.row({ externalId: 'BAD', [kind.nameField]: null }),
      kind.row({ externalId: 'KNOWN', ...kind.change }),
      kind.row({ externalId: 'A' }),
    ]);
    const { ddsCreated, ...shared } = body;
    expect(status).toBe(200);
    expect(ddsCreated).toEqual(kind.plural === 'batches' ? [] : undefined);
    const id = expect.stringMatching(/^(sup|prd|bat)_[0-9a-z]{26}$/);
    const error = `${kind.label} ${kind.nameField} is required`;
    expect(shared).toEqual({
      success: true,
      created: 2,
      updated: 1,
      errors: [{ externalId: 'BAD', index: 1, error }],
      records: [
        { externalId: 'B', internalId: id, status: 'CREATED' },
        { externalId: 'BAD', internalId: '', status: 'ERROR' },
        { externalId: 'KNOWN', internalId: id, status: 'UPDATED' },
        { externalId: 'A', internalId: id, status: 'CREATED' },
      ],
    });
  });

  it('commits the good rows although others are refused', async () => {
    await records.post([kind.row({ externalId: 'GOOD' }), { externalId: 'BAD' }]);
    expect((await records.get('GOOD')).status).toBe(200);
    expect((await records.get('BAD')).status).toBe(404);
    expect((await records.list()).body.total).toBe(1);
  });

  it('takes an empty list as a success that does nothing', async () => {
    const { status, body } = await records.post([]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, created: 0, updated: 0, errors: [], records: [] });
  });

  it('is no success when rows were given and none was accepted', async () => {
    const { status, body } = await records.post([{}, { externalId: 'X' }]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: false, created: 0, updated: 0 });
    expect(body.records).toEqual([
      { externalId: '', internalId: '', status: 'ERROR' },
      { externalId: 'X', internalId: '', status: 'ERROR' },
    ]);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['empty', ''],
    ['blank', '   '],
    ['of nothing visible', '\u200b \u3164'],
  ])('refuses a row whose required field is %s', async (_, value) => {
    const fields = ['externalId', ...kind.required];
    const { body } = await records.post(fields.map((field) => kind.row({ [field]: value })));
    const errors = body.errors as { index: number; error: string }[];
    expect(errors.map(({ index, error }) => ({ index, error }))).toEqual(
      fields.map((field, index) => ({ index, error: `${kind.label} ${field} is required` })),
    );
  });

  it('reports a row without externalId as "" with its index', async () => {
    const { body } = await records.post([kind.row(), kind.row({ externalId: undefined })]);
    expect(body.errors).toEqual([
      { externalId: '', index: 1, error: `${kind.label} externalId is required` },
    ]);
    expect(body.created).toBe(1);
  });

  it('names every unknown field of a row', async () => {
    const { body } = await records.post([kind.row({ externalId: 'X', colour: 'red', Shape: 1 }), kind.row()]);
    expect(body.records.map((record: { status: string }) => record.status)).toEqual(['ERROR', 'CREATED']);
    expect(body.errors[0]).toMatchObject({ externalId: 'X', error: expect.stringMatching(/colour.*Shape/) });
  });

  it('lets the last of several rows with one externalId decide, and says so of the others', async () => {
    const { body } = await records.post([
      records.named('first', { externalId: 'X' }),
      kind.row({ externalId: 'Y' }),
      records.named('second', { externalId: 'X' }),
      records.named('third', { externalId: 'X' }),
    ]);
    expect(body).toMatchObject({ success: true, created: 2, updated: 0 });
    expect(body.errors.map((error: { index: number }) => error.index)).toEqual([0, 2]);
    for (const { error } of body.errors) expect(error).toMatch(/^Duplicate externalId/);
    expect((await records.get('X')).body[kind.nameField]).toBe('third');
  });

  it('stores nothing where the last of several rows with one externalId is refused', async () => {
    const { body } = await records.post([kind.row({ externalId: 'X' }), { externalId: 'X' }]);
    expect([body.success, body.errors.length]).toEqual([false, 2]);
    expect((await records.get('X')).status).toBe(404);
  });

  it('leaves a known record as it was when a row for it is refused', async () => {
    await records.post([records.named('as it was', { externalId: 'X', ...kind.optional })]);
    const before = await records.get('X');
    await records.post([{ externalId: 'X', ...kind.change }]);
    const after = await records.get('X');
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  });

  it('takes 500 rows in one call', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => kind.row({ externalId: `R-${index}` }));
    const { body } = await records.post(rows);
    expect([body.created, body.records.length]).toEqual([500, 500]);
    expect(body.records[499].externalId).toBe('R-499');
  });
});
