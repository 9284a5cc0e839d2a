import { startApp, type TestApp } from '../../support/app/app.js';
import { givenRecords, KINDS, nextInstant, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('what a bulk row does to one of the $plural', (kind) => {
  const optional = Object.keys(kind.optional);
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });

  it('keeps every field and gives it back', async () => {
    const row = kind.row({ externalId: 'X', ...kind.optional });
    const { body: answer } = await records.post([row]);
    const { body } = await records.get('X');
    expect(body).toMatchObject({ ...row, internalId: answer.records[0].internalId });
  });

  it('gives null for every field that was never given', async () => {
    const row = { ...kind.row({ externalId: 'X' }) };
    for (const field of optional) delete row[field];
    await records.post([row]);
    const { body } = await records.get('X');
    expect(optional.map((field) => [field, body[field]])).toEqual(optional.map((field) => [field, null]));
  });

  it('leaves omitted fields unchanged', async () => {
    await records.post([kind.row({ externalId: 'X', ...kind.optional })]);
    const required = Object.fromEntries(kind.required.map((field) => [field, kind.row()[field]]));
    await records.post([{ externalId: 'X', ...required, ...kind.change }]);
    expect((await records.get('X')).body).toMatchObject({ ...kind.optional, ...kind.change });
  });

  it('clears exactly the field that is null', async () => {
    const whole = (field: string) => kind.row({ externalId: field, ...kind.optional });
    await records.post(optional.map(whole));
    const { body } = await records.post(optional.map((field) => ({ ...whole(field), [field]: null })));
    expect([body.updated, body.errors]).toEqual([optional.length, []]);
    for (const field of optional) {
      expect((await records.get(field)).body).toMatchObject({ ...kind.optional, [field]: null });
    }
  });

  it('asks for the required fields of known records too', async () => {
    await records.post([kind.row({ externalId: 'X' })]);
    const { body } = await records.post([{ externalId: 'X', ...kind.change }]);
    expect(body.errors[0].error).toContain(`${kind.label} ${kind.nameField} is required`);
  });

  it('counts an unchanged row as updated but writes nothing', async () => {
    const row = kind.row({ externalId: 'X', ...kind.optional });
    await records.post([row]);
    const before = await records.get('X');
    const since = await nextInstant();
    const { body } = await records.post([row]);
    expect(body).toMatchObject({ success: true, created: 0, updated: 1 });
    expect(body.records[0]).toEqual({
      externalId: 'X',
      internalId: before.body.internalId,
      status: 'UPDATED',
    });
    const after = await records.get('X');
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    expect(after.body).toEqual(before.body);
    expect((await records.list(`?since=${since}`)).body.entities).toEqual([]);
  });

  it('moves the ETag of a changed record and shows it in since', async () => {
    await records.post([kind.row({ externalId: 'X' }), kind.row({ externalId: 'Y' })]);
    const before = await records.get('X');
    const since = await nextInstant();
    await records.post([kind.row({ externalId: 'X', ...kind.change })]);
    expect((await records.get('X')).headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect((await records.list(`?since=${since}`)).body.entities).toMatchObject([{ externalId: 'X' }]);
  });

  it('revives a deleted record under its old internalId, as CREATED', async () => {
    const first = (await records.post([kind.row({ externalId: 'X' })])).body.records[0];
    await records.delete('X');
    const { body } = await records.post([kind.row({ externalId: 'X' })]);
    expect(body).toMatchObject({ created: 1, updated: 0, records: [first] });
    expect((await records.get('X')).status).toBe(200);
    expect((await records.list()).body).toMatchObject({ total: 1, entities: [{ externalId: 'X' }] });
  });

  it('gives a revived record another ETag than it had before', async () => {
    const row = kind.row({ externalId: 'X' });
    await records.post([row]);
    const before = (await records.get('X')).headers.get('etag');
    await records.delete('X');
    await records.post([row]);
    expect((await records.get('X')).headers.get('etag')).not.toBe(before);
  });

  it('shows a revived record in since as live', async () => {
    await records.post([kind.row({ externalId: 'X' })]);
    await records.delete('X');
    const since = await nextInstant();
    await records.post([kind.row({ externalId: 'X' })]);
    const [listed] = (await records.list(`?since=${since}`)).body.entities;
    expect(listed).toMatchObject({ externalId: 'X', syncStatus: 'SYNCED' });
    expect(listed).not.toHaveProperty('deletedAt');
  });
});
