import { startApp, type TestApp } from '../../support/app/app.js';
import { product, type Row } from '../../support/app/factories.js';
import { givenRecords, KINDS, type RecordKind, type Records } from '../../support/records/records.js';

/** Two UTF-16 units and four bytes; twelve bytes where a writer escapes whatever is not ASCII. */
const WIDE = '🫘';
const LISTED = 100;

const wide = (characters: number): string => WIDE.repeat(characters);

const LARGEST: Record<RecordKind['plural'], Row> = {
  suppliers: {
    name: wide(255),
    code: wide(100),
    address: wide(1000),
    contactPerson: wide(255),
    email: wide(254),
    phone: wide(50),
    certifications: Array.from({ length: LISTED }, (_, n) => `${String(n).padStart(3, '0')}${wide(252)}`),
  },
  products: { name: wide(255), category: wide(255), code: wide(100), unit: wide(32) },
  batches: { batchNumber: wide(255), unit: wide(32) },
};

/** JSON as writers make it that escape all but ASCII. */
const escaped = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe.each(KINDS)('the largest of the $plural', (kind) => {
  let records: Records;
  let largest: Row;
  const path = `/${kind.plural}/${encodeURIComponent(wide(255))}`;
  beforeAll(async () => {
    records = await givenRecords(app, kind);
    const item = product({ externalId: wide(255) });
    await records.client.post('/products', { products: [item] });
    const reference = kind.plural === 'batches' ? { productExternalId: item['externalId'] } : {};
    largest = { ...kind.optional, ...reference, ...LARGEST[kind.plural] };
    if (kind.plural !== 'suppliers') delete largest['supplierExternalId'];
  });

  it('is written by PUT, whatever its characters are written as, and read back', async () => {
    const answer = await records.client.put(path, escaped(largest));
    expect([answer.status, answer.body.message]).toEqual([kind.plural === 'products' ? 200 : 201, undefined]);
    expect((await records.client.get(path)).body).toMatchObject(largest);
  });

  it('may be sent back by PUT as GET and PUT gave it', async () => {
    const read = (await records.client.get(path)).body as Row;
    const written = await records.client.put(path, escaped(read));
    expect([written.status, (await records.client.put(path, escaped(written.body))).status]).toEqual([
      200, 200,
    ]);
    expect((await records.client.get(path)).body).toEqual(read);
  });

  it('is written by a bulk call, and shown by the lists', async () => {
    const row = { externalId: wide(255), ...largest };
    const { status, body } = await records.client.post(`/${kind.plural}`, escaped({ [kind.plural]: [row] }));
    expect([status, body.errors, body.updated]).toEqual([200, [], 1]);
    const { entities } = (await records.list()).body;
    expect(entities.map((one: Row) => one['externalId'])).toContain(wide(255));
  });

  it('is refused with one character more in any field', async () => {
    for (const [field, value] of Object.entries(LARGEST[kind.plural])) {
      const more = Array.isArray(value) ? [...(value as string[]), 'one more'] : `${String(value)}x`;
      const answer = await records.client.put(path, escaped({ ...largest, [field]: more }));
      expect([field, answer.status, answer.body.error]).toEqual([field, 400, 'VALIDATION_ERROR']);
    }
  });
});
