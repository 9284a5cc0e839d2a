import { startApp, type TestApp } from '../../support/app/app.js';
import { supplier } from '../../support/app/factories.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, type RecordKind, type Records } from '../../support/records/records.js';

const [SUPPLIERS] = KINDS as [RecordKind];
const strange = { externalId: 'ODD', email: 'call Ana', phone: 'ask Ana' };
const warnings = [
  { externalId: 'ODD', index: 1, path: 'email', warning: 'email is not an email address' },
  { externalId: 'ODD', index: 1, path: 'phone', warning: 'phone is not a telephone number' },
];

let app: TestApp;
let records: Records;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  records = await givenRecords(app, SUPPLIERS);
});

const latestRun = async () => (await records.client.get('/sync-logs?limit=1')).body.data[0];

describe('an e-mail address or a telephone number that is none', () => {
  it('is stored as sent, with a warning in the answer and in the sync log', async () => {
    const { body } = await records.post([supplier(), supplier(strange), { externalId: 'BAD', email: 'x' }]);
    expect(body).toMatchObject({ created: 2, warnings });
    expect((await records.get('ODD')).body).toMatchObject(strange);
    expect((await latestRun()).metadata.warnings).toEqual(warnings);
  });

  it('is warned of in the answer to PUT, which may be sent again as it is', async () => {
    const answer = await records.put('ODD', records.body(strange));
    expect([answer.status, answer.body.email]).toEqual([201, 'call Ana']);
    expect(answer.body.warnings).toEqual(warnings.map((warning) => ({ ...warning, index: 0 })));
    expect((await records.put('ODD', answer.body)).status).toBe(200);
    expect((await records.get('ODD')).body).not.toHaveProperty('warnings');
  });

  it('is a 412 where a PUT repeats other warnings than those of what is stored', async () => {
    const { body } = await records.put('ODD', records.body(strange));
    const [first] = body.warnings as object[];
    for (const other of [[], [first], [{ ...first, warning: 'all is well' }], 'none', { 0: first }]) {
      const answer = await records.put('ODD', { ...body, warnings: other });
      expectError(answer, 412, 'PRECONDITION_FAILED', /^warnings /);
      expect(answer.body.details).toMatchObject([{ path: 'warnings' }]);
    }
    const mended = await records.put('ODD', { ...body, email: 'ana@acme.example', phone: null });
    expect([mended.status, mended.body.email]).toEqual([200, 'ana@acme.example']);
    expectError(await records.put('ODD', body), 412, 'PRECONDITION_FAILED');
    expectError(await records.put('NEW', { ...records.body(), warnings: [] }), 412, 'PRECONDITION_FAILED');
  });

  it('is warned of again where the row changes nothing', async () => {
    await records.post([supplier(strange)]);
    expect((await records.post([supplier(), supplier(strange)])).body).toMatchObject({
      updated: 1,
      warnings,
    });
  });
});

it('no warnings stand where nothing is strange', async () => {
  const { body } = await records.post([supplier({ email: 'a@b.example', phone: '+49 30 123' })]);
  expect(body).not.toHaveProperty('warnings');
  expect((await latestRun()).metadata).not.toHaveProperty('warnings');
  expect((await records.put('X', records.body())).body).not.toHaveProperty('warnings');
});
