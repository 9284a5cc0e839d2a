import { startApp, type TestApp } from '../../support/app/app.js';
import { givenRecords, KINDS, type RecordKind, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const COFFEE_255 = '☕'.repeat(100) + '🫘'.repeat(155);

const exactTexts: [what: string, text: string][] = [
  ['emoji of several code points', '👩🏽‍🌾 🇧🇷 👨‍👩‍👧‍👦'],
  ['right-to-left text with marks', 'قهوة \u200fيمنية\u200e (Yemen) שלום'],
  ['characters of 4 bytes', '𠜎𠜱𝒳🫘𐍈'],
  ['combining characters, not normalised', 'Cafe\u0301 and Café'],
  ['trailing and leading spaces', '  Fazenda  '],
  ['quotes, backslashes and SQL', `O'Neil "\\" %_ \\0 '; DROP TABLE supplier; --`],
  ['markup', '<script>alert(1)</script>&amp;'],
  ['line breaks', 'one\r\ntwo\u2028three'],
  ['non-characters and private use', 'a\uffffb\ue000'],
  ['255 characters of 4 bytes', COFFEE_255],
];

describe.each(KINDS)('text in $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });

  it.each(exactTexts)('keeps %s exactly', async (_, text) => {
    const { body } = await records.post([records.named(text, { externalId: 'X' })]);
    expect(body.errors).toEqual([]);
    expect((await records.get('X')).body[kind.nameField]).toBe(text);
    expect((await records.list()).body.entities[0].name).toBe(text);
  });

  it('keeps quotes and backslashes exactly in a call of many rows, too', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `\\' OR 1=1 -- "${index}" \\\\`);
    const { body } = await records.post(names.map((name) => records.named(name)));
    expect(body.errors).toEqual([]);
    const shown = (await records.list('?limit=100')).body.entities as { name: string }[];
    expect(shown.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  });

  it('sees a change of nothing but trailing space, case or accent', async () => {
    for (const text of ['cafe', 'cafe ', 'Cafe ', 'Café ']) {
      await records.post([records.named(text, { externalId: 'X' })]);
      expect((await records.get('X')).body[kind.nameField]).toBe(text);
    }
  });

  it('refuses a 256th character, of one byte or four', async () => {
    const long = ['a'.repeat(256), COFFEE_255 + '☕'];
    const { body } = await records.post([
      ...long.map((text) => records.named(text)),
      ...long.map((externalId) => kind.row({ externalId })),
    ]);
    expect([body.created, body.errors.length]).toEqual([0, 4]);
    for (const { error } of body.errors) expect(error).toMatch(/255/);
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['a lone high surrogate', 'a\ud83e'],
    ['a lone low surrogate', '\udd58a'],
    ['surrogates in the wrong order', '\udd58\ud83e'],
  ])('refuses %s in every text field, and stays able to list', async (_, text) => {
    const isText = ([, value]: [string, unknown]): boolean => typeof value === 'string';
    const optional = Object.entries(kind.optional).filter(isText);
    const fields = ['externalId', ...kind.required, ...optional.map(([field]) => field)];
    const { status, body } = await records.post(fields.map((field) => kind.row({ [field]: text })));
    expect([status, body.created, body.errors.length]).toEqual([200, 0, fields.length]);
    body.errors.forEach(({ error }: { error: string }, index: number) =>
      expect(error).toContain(fields[index]),
    );
    expect((await records.list()).body.total).toBe(0);
    expect((await records.client.get('/sync-logs')).body.data[0].metadata.errors).toHaveLength(fields.length);
  });
});

it('refuses NUL and lone surrogates inside lists', async () => {
  const records = await givenRecords(app, KINDS[0] as RecordKind);
  const row = (text: string) => records.kind.row({ certifications: ['fine', text] });
  const { body } = await records.post([row('a\u0000'), row('\ud83e')]);
  expect(body.errors).toHaveLength(2);
});
