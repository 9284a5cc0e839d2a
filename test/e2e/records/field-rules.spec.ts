import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { givenRecords, KINDS, type RecordKind, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const [SUPPLIERS, PRODUCTS, BATCHES] = KINDS as [RecordKind, RecordKind, RecordKind];

type Accepted = [kind: RecordKind, field: string, given: unknown, stored?: unknown];

const accepted: Accepted[] = [
  [SUPPLIERS, 'country', 'BR'],
  [SUPPLIERS, 'email', 'a.b+c@sub.example.com'],
  [SUPPLIERS, 'certifications', []],
  [SUPPLIERS, 'country', 'XK'],
  [SUPPLIERS, 'certifications', ['b', ' a ', 'b', '', '☕'], ['b', 'a', '☕']],
  [SUPPLIERS, 'isEuOrigin', false],
  [SUPPLIERS, 'address', 'line one\nline two\t3'],
  [SUPPLIERS, 'phone', ' 0049 (0) 30 '],
  [PRODUCTS, 'hsCode', '01'],
  [PRODUCTS, 'hsCode', '97'],
  [PRODUCTS, 'hsCode', '7601'],
  [PRODUCTS, 'hsCode', '0901'],
  [PRODUCTS, 'hsCode', '0901.11', '090111'],
  [PRODUCTS, 'hsCode', '0901 11 00', '09011100'],
  [PRODUCTS, 'hsCode', ' 0901.11.00.10 ', '0901110010'],
  [PRODUCTS, 'price', 0],
  [PRODUCTS, 'price', 0.000001],
  [PRODUCTS, 'price', 0.1],
  [PRODUCTS, 'price', 999999999.999999],
  [PRODUCTS, 'price', 9999999999.99999],
  [PRODUCTS, 'price', 1234567890],
  [PRODUCTS, 'stock', 0],
  [PRODUCTS, 'stock', 19200.123456],
  [BATCHES, 'quantity', 0],
  [BATCHES, 'quantity', 123456789.123456],
  [BATCHES, 'quantity', 0.3],
  [BATCHES, 'receivedDate', '2024-02-29'],
  [BATCHES, 'expiryDate', '9999-12-31'],
];

describe('accepted values', () => {
  it.each(accepted)('of $plural: %s %j is stored', async (kind, field, given, stored = given) => {
    const records = await givenRecords(app, kind);
    const { body } = await records.post([kind.row({ externalId: 'X', [field]: given })]);
    expect(body.errors).toEqual([]);
    expect((await records.get('X')).body[field]).toEqual(stored);
  });

  it.each(accepted)(
    'of $plural: %s %j counts as unchanged when it comes again',
    async (kind, field, given) => {
      const records = await givenRecords(app, kind);
      const row = kind.row({ externalId: 'X', [field]: given });
      await records.post([row]);
      const etag = (await records.get('X')).headers.get('etag');
      await records.post([row]);
      expect((await records.get('X')).headers.get('etag')).toBe(etag);
    },
  );
});

type Refused = [kind: RecordKind, field: string, given: unknown[]];

const refused: Refused[] = [
  [SUPPLIERS, 'country', ['XX', 'EL', 'UK', 'br', 'BRA', 'Brazil', '76', '']],
  [SUPPLIERS, 'email', [7, 'a'.repeat(255)]],
  [SUPPLIERS, 'certifications', [[1], [null], [['a']], [{}], 'Organic']],
  [SUPPLIERS, 'isEuOrigin', ['true', 1, 0, 'false', '']],
  [
    PRODUCTS,
    'hsCode',
    [
      '901',
      '09011',
      '090',
      '0',
      '00',
      '0001',
      '77',
      '7701',
      '98',
      '99',
      '090111001012',
      'coffee',
      '09-01',
      '０９０１',
      '',
      '..',
    ],
  ],
  [PRODUCTS, 'hsCode', [901, 901.11]],
  [PRODUCTS, 'price', ['4.85', '', -1, 0.0000001, 1.1234567, 1234567890.123456, 1e15, 1e21, 1e300]],
  [PRODUCTS, 'stock', ['1', 1.0000001, 99999999999, 1e-7]],
  [BATCHES, 'quantity', ['19200', '1,5', 0.1234567, 1e16, 123456789012345680000]],
  [BATCHES, 'receivedDate', ['2026-02-30', '2026-13-01', '31.03.2026', '03/31/2026', 'yesterday', '']],
  [BATCHES, 'receivedDate', ['0000-00-00', '0001-01-01', '1899-12-30', '1989-12-31']],
  [BATCHES, 'expiryDate', ['2025-02-29', '2026-1-1', '26-01-01', 20260101, 1774915200000]],
];

describe('refused values', () => {
  it.each(refused)(
    'of $plural: each wrong %s is a row error that names the field',
    async (kind, field, given) => {
      const records = await givenRecords(app, kind);
      const { status, body } = await records.post(given.map((value) => kind.row({ [field]: value })));
      expect([status, body.created, body.success]).toEqual([200, 0, false]);
      expect(body.errors.map((error: { index: number }) => error.index)).toEqual(
        given.map((_, index) => index),
      );
      for (const { error } of body.errors) expect(error).toMatch(new RegExp(`^${field} `));
    },
  );

  it('of products: an hsCode with an odd count of digits is told about the lost zero', async () => {
    const records = await givenRecords(app, PRODUCTS);
    const { body } = await records.post([PRODUCTS.row({ hsCode: '901' })]);
    expect(body.errors[0].error).toMatch(/zero/);
  });

  /** What is answered to a product whose price is written so. */
  const postPrice = async (records: Records, price: string): Promise<Answer> => {
    const row = JSON.stringify(PRODUCTS.row({ externalId: 'X', price: 0 }));
    return records.client.post(
      '/products',
      `{"products":[${row.replace('"price":0', `"price": ${price}`)}]}`,
    );
  };

  it.each([
    '1e400',
    '1e-400',
    '1.5E-400',
    '0.000001e-320',
    `0.${'0'.repeat(400)}1`,
    '4.8500000000000000001',
    '0.99999999999999999999',
    '9000000000.123461',
    '48500000000000000000001e-22',
  ])('a number that no double holds is a row error: %.30s', async (price) => {
    const records = await givenRecords(app, PRODUCTS);
    const { status, body } = await postPrice(records, price);
    expect([status, body.created, body.errors]).toEqual([
      200,
      0,
      [{ externalId: 'X', index: 0, error: expect.stringMatching(/^price must have at most 10 digits/) }],
    ]);
    const put = JSON.stringify({ name: 'A', price: 0 }).replace('0}', `${price}}`);
    expect((await records.client.put('/products/X', put)).status).toBe(400);
  });

  it.each([
    ['0e-400', 0],
    ['0.000000000000000000000', 0],
    ['485e-2', 4.85],
    ['0.0485E+2', 4.85],
    ['4.85000000000000000000', 4.85],
    ['1.5e0', 1.5],
  ])('a number in another notation is the same number: %s', async (price, stored) => {
    const records = await givenRecords(app, PRODUCTS);
    expect((await postPrice(records, price)).body.errors).toEqual([]);
    expect((await records.get('X')).body.price).toBe(stored);
  });

  it('a row with several faults names each of them', async () => {
    const records = await givenRecords(app, SUPPLIERS);
    const { body } = await records.post([{ externalId: 'X', country: 'XX', email: 7, colour: 1 }]);
    const { error } = body.errors[0];
    for (const part of ['Supplier name is required', 'country', 'email', 'colour']) {
      expect(error).toContain(part);
    }
  });
});

describe.each(KINDS)('wrong JSON types in $plural', (kind) => {
  const samples = ['text', 42, true, {}, { a: [1] }, [], [[]], [{}], [1]];
  const sameType = (one: unknown, other: unknown): boolean =>
    Array.isArray(one) ? Array.isArray(other) : !Array.isArray(other) && typeof one === typeof other;
  let records: Records;
  beforeAll(async () => {
    records = await givenRecords(app, kind);
  });

  it.each(['externalId', ...kind.required, ...Object.keys(kind.optional)])(
    '%s: row errors',
    async (field) => {
      const valid = kind.optional[field] ?? 'text';
      const wrong = samples.filter((sample) => !sameType(valid, sample));
      const { status, body } = await records.post(wrong.map((value) => kind.row({ [field]: value })));
      expect([status, body.success, body.errors.length]).toEqual([200, false, wrong.length]);
      for (const { error, externalId } of body.errors) {
        expect(error).toContain(field);
        expect(typeof externalId).toBe('string');
      }
    },
  );
});
