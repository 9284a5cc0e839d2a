import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import type { Row } from '../../support/app/factories.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('the envelope of bulk $plural', (kind) => {
  const list = kind.plural;
  const path = `/${list}`;
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const expectNothingWritten = async () =>
    expect((await records.list('?since=2000-01-01T00:00:00Z')).body.entities).toEqual([]);

  const good = (): Row => kind.row({ externalId: 'GOOD' });

  it.each([
    ['cut off', '{"suppliers": [{'],
    ['of single quotes', `{'${list}': []}`],
    ['followed by more', `{"${list}": []} {}`],
    ['bare words', 'undefined'],
    ['NaN', `{"${list}": [NaN]}`],
    ['XML', '<suppliers/>'],
    ['white space', '  \n '],
  ])('is a 400 where the body is no JSON: %s', async (_, body) => {
    expectError(await records.client.post(path, body), 400, 'MALFORMED_JSON');
    await expectNothingWritten();
  });

  it.each(['[]', '"text"', 'null', '42', 'true', `[{"${list}": []}]`])(
    'is a 400 where it is no object: %s',
    async (body) => {
      expectError(await records.client.post(path, body), 400, 'VALIDATION_ERROR');
    },
  );

  it.each(['', undefined])('is a 400 where the body is empty (%j)', async (body) => {
    const answer = await records.client.send('POST', path, body, { 'content-type': 'application/json' });
    expect([400, answer.body.error]).toEqual([
      answer.status,
      expect.stringMatching(/^(VALIDATION_ERROR|MALFORMED_JSON)$/),
    ]);
    expectError(answer, 400, answer.body.error as string);
  });

  it.each([{}, { [list]: null }, { [list]: {} }, { [list]: 'all' }, { [list]: 3 }, { records: [] }])(
    'is a 400 that names the list where it is missing or no list: %j',
    async (body) => {
      expectError(await records.client.post(path, body), 400, 'VALIDATION_ERROR', new RegExp(list));
    },
  );

  it.each([null, [], 'text', 7, true])('is a 400 where an item is no object: %j', async (item) => {
    const answer = await records.post([good(), item]);
    expectError(answer, 400, 'VALIDATION_ERROR');
    expect(answer.body.details[0].path).toMatch(/1/);
    await expectNothingWritten();
  });

  it('is a 400 at 501 rows', async () => {
    const rows = Array.from({ length: 501 }, (_, index) => kind.row({ externalId: `R-${index}` }));
    expectError(await records.post(rows), 400, 'BATCH_TOO_LARGE', /500/);
    await expectNothingWritten();
  });

  it('is a 400 that names an unknown field beside the list', async () => {
    const answer = await records.post([good()], { dryRun: true });
    expectError(answer, 400, 'VALIDATION_ERROR', /dryRun/);
    expect(answer.body.details).toMatchObject([{ path: 'dryRun' }]);
    await expectNothingWritten();
  });

  it('is answered as problem+json to a caller that asks for it', async () => {
    const headers = { accept: 'application/problem+json' };
    const { status, headers: answered, body } = await records.client.post(path, '{', headers);
    expect([status, answered.get('content-type')]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(body).toMatchObject({ status: 400, title: expect.any(String), type: expect.any(String) });
    expect(JSON.stringify(body)).toContain('MALFORMED_JSON');
    expect(JSON.stringify(body)).toMatch(/requestId|req_/);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'text/csv',
    'application/json; charset=latin1',
    'application/json;charset="UTF-16"',
    'application/json; charset=',
  ])('of type %s is a 415', async (type) => {
    const answer = await records.client.post(path, JSON.stringify({ [list]: [good()] }), {
      'content-type': type,
    });
    expectError(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
    await expectNothingWritten();
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'of type %s is taken',
    async (type) => {
      const answer = await records.client.post(path, JSON.stringify({ [list]: [good()] }), {
        'content-type': type,
      });
      expect([answer.status, answer.body.created]).toEqual([200, 1]);
    },
  );

  it.each(['gzip', 'br', 'deflate'])('in content-encoding %s is a 415', async (encoding) => {
    const body = JSON.stringify({ [list]: [good()] });
    expectError(
      await records.client.post(path, body, { 'content-encoding': encoding }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
    await expectNothingWritten();
  });
});

describe('autoCreateDDS', () => {
  it.each(['true', 1, 'yes', {}, []])('is a 400 where it is no boolean: %j', async (autoCreateDDS) => {
    const batches = await givenRecords(app, KINDS[2] as (typeof KINDS)[number]);
    const answer = await batches.post([batches.kind.row()], { autoCreateDDS });
    expectError(answer, 400, 'VALIDATION_ERROR', /autoCreateDDS/);
    expect((await batches.list()).body.total).toBe(0);
  });

  it('is unknown beside suppliers and products', async () => {
    for (const kind of KINDS.slice(0, 2)) {
      const records = await givenRecords(app, kind);
      expectError(await records.post([], { autoCreateDDS: true }), 400, 'VALIDATION_ERROR', /autoCreateDDS/);
    }
  });
});
