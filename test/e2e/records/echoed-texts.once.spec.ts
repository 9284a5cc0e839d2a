import { startApp, type TestApp } from '../../support/app/app.js';
import type { Row } from '../../support/app/factories.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

const MEGABYTE = 1_000_000;
const MAX_ROW_BYTES = 4096;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('texts of callers in responses about $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const references = kind.plural === 'suppliers' ? [] : ['supplierExternalId'];

  const rows: Record<string, Row> = {
    'an external id of a megabyte': kind.row({ externalId: 'e'.repeat(MEGABYTE) }),
    'an external id of control characters': kind.row({ externalId: '\u0001'.repeat(MEGABYTE / 6) }),
    'an external id of the longest characters': kind.row({ externalId: '🫘'.repeat(MEGABYTE / 4) }),
    'an unknown field of a long name': kind.row({ ['\u0001'.repeat(MEGABYTE / 6)]: 1 }),
    'a thousand unknown fields': kind.row(
      Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`${'\u0001'.repeat(300)}${index}`, 1])),
    ),
    'nothing right': Object.fromEntries(
      ['externalId', ...kind.required, ...Object.keys(kind.optional)].map((name) => [name, {}]),
    ),
    'references to nothing by the longest ids': kind.row({
      externalId: '🫘'.repeat(255),
      ...Object.fromEntries(references.map((field) => [field, '🫘'.repeat(255)])),
      unknown: 1,
    }),
  };

  it.each(Object.keys(rows))('are cut, and so they are in the sync log: %s', async (which) => {
    const answer = await records.post([rows[which]]);
    const inAnswer = JSON.stringify(answer.body);
    const [log] = (await records.client.get('/sync-logs?limit=1')).body.data;
    const inLog = JSON.stringify(log);
    expect(answer.status).toBe(200);
    expect(answer.body.errors).toHaveLength(1);
    expect(Buffer.byteLength(inAnswer)).toBeLessThan(MAX_ROW_BYTES + 256);
    expect(Buffer.byteLength(inLog)).toBeLessThan(MAX_ROW_BYTES + 512);
  });

  it('show the beginning of an external id that is too long, and all of one that is not', async () => {
    const [long, right] = ['e'.repeat(256), '🫘'.repeat(255)];
    const rows = [kind.row({ externalId: long }), kind.row({ externalId: right })];
    const { body } = await records.post(rows);
    const shown = `${'e'.repeat(254)}…`;
    expect(body.records.map(({ externalId }: Row) => externalId)).toEqual([shown, right]);
    expect(body.errors).toMatchObject([{ index: 0, externalId: shown }]);
  });

  it('are cut in warnings too', async () => {
    const text = '🫘'.repeat(50);
    const contacts = kind.plural === 'suppliers' ? { email: text, phone: text } : {};
    const { status, body } = await records.post([kind.row({ externalId: '🫘'.repeat(255), ...contacts })]);
    expect([status, body.created]).toEqual([200, 1]);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(MAX_ROW_BYTES + 256);
  });

  it('are cut in the refusal of a single record', async () => {
    const { status, body } = await records.client.put(`/${kind.plural}/A`, {
      ...kind.row({ externalId: 'A' }),
      ['u'.repeat(60_000)]: 1,
    });
    expect([status, JSON.stringify(body).length < 1000]).toEqual([400, true]);
  });
});
