import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, nextInstant, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('PUT of one of the $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const etagOf = async (id: string) => (await records.get(id)).headers.get('etag') as string;

  it('answers 201 with the whole record and its ETag where there was none, then 200', async () => {
    const body = records.body(kind.optional);
    const created = await records.put('X', body);
    expect(created.status).toBe(201);
    const read = await records.get('X');
    expect(created.body).toEqual(read.body);
    expect(created.headers.get('etag')).toBe(read.headers.get('etag'));
    const updated = await records.put('X', { ...body, ...kind.change });
    expect([updated.status, updated.body.internalId]).toEqual([200, created.body.internalId]);
    expect(updated.body).toMatchObject({ ...kind.optional, ...kind.change });
    expect(updated.headers.get('etag')).not.toBe(created.headers.get('etag'));
  });

  it('writes the record whole: what is omitted is cleared', async () => {
    await records.put('X', records.body(kind.optional));
    const { externalId: _, ...bare } = records.named('bare');
    delete bare['country'];
    delete bare['hsCode'];
    await records.put('X', bare);
    const read = (await records.get('X')).body;
    for (const field of Object.keys(kind.optional)) expect([field, read[field]]).toEqual([field, null]);
  });

  it('changes nothing where it says what is stored', async () => {
    const body = records.body(kind.optional);
    const before = await records.put('X', body);
    const since = await nextInstant();
    const after = await records.put('X', body);
    expect([after.status, after.headers.get('etag')]).toEqual([200, before.headers.get('etag')]);
    expect((await records.list(`?since=${since}`)).body.entities).toEqual([]);
  });

  it('revives a deleted record under its internalId with 201', async () => {
    const first = await records.put('X', records.body(kind.optional));
    await records.delete('X');
    const again = await records.put('X', records.body());
    expect([again.status, again.body.internalId]).toEqual([201, first.body.internalId]);
  });

  it('writes where If-Match names what is stored', async () => {
    await records.put('X', records.body());
    for (const more of [kind.change, {}, kind.change]) {
      const header = `"other", ${await etagOf('X')}`;
      expect((await records.put('X', records.body(more), { 'if-match': header })).status).toBe(200);
    }
    expect((await records.put('X', records.body(), { 'if-match': '*' })).status).toBe(200);
  });

  it('is a 412 that writes nothing where If-Match names something else', async () => {
    await records.put('X', records.body());
    const etag = await etagOf('X');
    for (const header of ['"other"', `W/${etag}`, etag.slice(1, -1), '']) {
      const answer = await records.put('X', records.body(kind.change), { 'if-match': header });
      expectError(answer, 412, 'PRECONDITION_FAILED');
    }
    expect(await etagOf('X')).toBe(etag);
    await records.put('X', records.body(kind.change));
    const stale = await records.put('X', records.body(), { 'if-match': etag });
    expectError(stale, 412, 'PRECONDITION_FAILED');
  });

  it('is a 412 with If-Match where no record is', async () => {
    await records.put('GONE', records.body());
    const etag = await etagOf('GONE');
    await records.delete('GONE');
    for (const [id, header] of [
      ['X', '*'],
      ['X', '"v1"'],
      ['GONE', '*'],
      ['GONE', etag],
    ] as const) {
      expectError(await records.put(id, records.body(), { 'if-match': header }), 412, 'PRECONDITION_FAILED');
      expect((await records.get(id)).status).toBe(404);
    }
  });

  it('takes the same externalId in the body and refuses another', async () => {
    expect((await records.put('X', records.body())).status).toBe(201);
    expect((await records.put('X', { ...records.body(), externalId: 'X' })).status).toBe(200);
    for (const externalId of ['Y', 'x', '', null, 7]) {
      expectInvalid(await records.put('X', { ...records.body(), externalId }), 'externalId');
    }
    expect((await records.get('Y')).status).toBe(404);
  });

  it('is a 400 that names each invalid field', async () => {
    const answer = await records.put('X', { [kind.nameField]: ' ', colour: 'red' });
    expectError(answer, 400, 'VALIDATION_ERROR');
    const paths = (answer.body.details as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual([...kind.required, 'colour'].sort());
    const required = `${kind.label} ${kind.nameField} is required`;
    expect(answer.body.details).toContainEqual({ path: kind.nameField, message: required });
    expect((await records.get('X')).status).toBe(404);
  });

  it.each(['[]', 'null', '"text"', '7', '{', ''])('is a 400 where the body is %j', async (body) => {
    const answer = await records.put('X', body, { 'content-type': 'application/json' });
    expectError(answer, 400, answer.body.error as string);
    expect((await records.list()).body.total).toBe(0);
  });

  it('is a 400 with the path of a reference that is not found, or that the type does not have', async () => {
    const reference = kind.plural === 'batches' ? 'productExternalId' : 'supplierExternalId';
    if (kind.plural === 'suppliers') {
      return expectInvalid(await records.put('X', records.body({ [reference]: 'NONE' })), reference);
    }
    const answer = await records.put('X', records.body({ [reference]: 'NONE' }));
    expectError(answer, 400, 'VALIDATION_ERROR', /externalId "NONE" not found/);
    expect(answer.body.details).toMatchObject([{ path: reference }]);
  });
});
