import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import { givenPerson } from '../../support/people/members.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('a member twice in one object of $plural', (kind) => {
  const path = `/${kind.plural}`;
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const json = (externalId: string): string => JSON.stringify(kind.row({ externalId }));
  const twice = (externalId: string): string =>
    json(externalId).replace('{', () => `{"\\u0065xternalId":"${externalId}",`);

  it('of the envelope is a 400 that names it, and writes nothing', async () => {
    const body = `{"${kind.plural}":[${json('A')}],"${kind.plural}":[${json('B')}]}`;
    const answer = await records.client.post(path, body);
    expectError(answer, 400, 'VALIDATION_ERROR', new RegExp(kind.plural));
    expectInvalid(answer, kind.plural);
    expect((await records.list()).body.total).toBe(0);
  });

  it('of a row refuses that row and no other', async () => {
    const answer = await records.client.post(path, `{"${kind.plural}":[${twice('A')},${json('B')}]}`);
    expect([answer.status, answer.body.created]).toEqual([200, 1]);
    expect(answer.body.errors).toEqual([
      { index: 0, externalId: 'A', error: 'Duplicate field externalId; send it once' },
    ]);
    expect((await records.get('A')).status).toBe(404);
  });

  it('inside a field refuses the row', async () => {
    const row = json('A').replace('{', '{"more":[{"a":1,"a":2}],');
    const { body } = await records.client.post(path, `{"${kind.plural}":[${json('B')},${row}]}`);
    expect(body.errors).toMatchObject([{ index: 1, error: expect.stringMatching(/^Duplicate field a;/) }]);
  });

  it('of a PUT is a 400', async () => {
    expectInvalid(await records.client.put(`${path}/A`, twice('A')), 'externalId');
  });

  it('is told from the same name in another object, and from a text that looks alike', async () => {
    const row = { ...kind.row({ externalId: 'A' }), [kind.nameField]: '","externalId":"A' };
    const rows = `[${JSON.stringify(row)},${json('B')}]`;
    expect((await records.client.post(path, `{"${kind.plural}":${rows}}`)).body.created).toBe(2);
  });
});

it('a member twice in any other body is a 400 that names it', async () => {
  const { client } = await givenPerson(app);
  const { status, body } = await client.post('/apiops/tokens/', '{"name":"A","name":"B","expires":"never"}');
  expect([status, body.validation_errors]).toMatchObject([400, [{ path: 'name' }]]);
});

it.each(['__proto__', 'constructor', 'prototype'])(
  'a member %s is unknown to any other body',
  async (name) => {
    const { client } = await givenPerson(app);
    const { status, body } = await client.post(
      '/apiops/tokens/',
      `{"name":"A","expires":"never","${name}":1}`,
    );
    expect([status, body.validation_errors]).toMatchObject([
      400,
      [{ path: name, message: `Unknown parameter: ${name}` }],
    ]);
  },
);
