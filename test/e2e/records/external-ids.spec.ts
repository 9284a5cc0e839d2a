import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const EMOJI_255 = '🫘'.repeat(255);

const unusual = [
  'a/b/c',
  '/leading and trailing/',
  'what?now=1&x',
  'frag#ment',
  '100%',
  '%2F%00',
  'two  spaces inside',
  'comma,separated,id',
  'semi;colon=1',
  'plus+sign',
  '"quoted"',
  '*',
  `it's\\back`,
  'قهوة',
  '...',
  '🫘☕',
  'a'.repeat(255),
  EMOJI_255,
];

/** Ids that some comparison or other takes for the same. */
const alike = [
  ['abc', 'ABC', 'Abc'],
  ['e', 'é', 'e\u0301', 'è'],
  ['ss', 'ß', 'ẞ'],
  ['a', 'ａ', 'ª', 'а'],
  ['🫘', '☕', '🍣', '🍺'],
  ['A-1', 'A\u200b-1', 'A\u00ad-1', 'A‐1'],
  ['1', '01', '1.0', '１', '¹'],
  ['i', 'İ', 'ı', 'I'],
  ['a_c', 'a%c', 'a*c'],
];

describe.each(KINDS)('externalId of $plural', (kind) => {
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });

  it('may hold any visible character, and is read, written and deleted by its percent-encoded path', async () => {
    const { body } = await records.post(unusual.map((externalId) => kind.row({ externalId })));
    expect(body.records.map((record: { externalId: string }) => record.externalId)).toEqual(unusual);
    for (const externalId of unusual) {
      expect((await records.get(externalId)).body).toMatchObject({ externalId });
      expect((await records.put(externalId, records.body())).status).toBe(200);
      expect((await records.delete(externalId)).status).toBe(204);
      expect((await records.get(externalId)).status).toBe(404);
    }
    expect((await records.list()).body.total).toBe(0);
  });

  it('may be made by PUT with any visible character', async () => {
    for (const externalId of unusual) {
      const { status, body } = await records.put(externalId, records.body());
      expect([status, body.externalId]).toEqual([201, externalId]);
    }
  });

  it.each(alike.map((ids) => ({ ids })))('is compared exactly: $ids differ', async ({ ids: given }) => {
    const { body } = await records.post(given.map((id) => records.named(`of ${id}`, { externalId: id })));
    expect([body.created, body.errors]).toEqual([given.length, []]);
    for (const id of given) expect((await records.get(id)).body[kind.nameField]).toBe(`of ${id}`);
    await records.delete(given[0] as string);
    expect((await records.list()).body.total).toBe(given.length - 1);
    expect((await records.get(given[1] as string)).status).toBe(200);
  });

  it('is refused with outer white space or control characters', async () => {
    const bad = [
      ' a',
      'a ',
      '\ta',
      'a\n',
      '\u00a0a',
      'a\u3000',
      'a\u2003',
      'a\nb',
      'a\u0007b',
      'a\u007fb',
      'a\u0085b',
    ];
    const { body } = await records.post(bad.map((externalId) => kind.row({ externalId })));
    expect([body.created, body.errors.length]).toEqual([0, bad.length]);
    for (const { error } of body.errors) expect(error).toMatch(/externalId .*(white space|control)/);
  });

  it('is refused with an invisible or direction-changing character at either end, and kept with one inside', async () => {
    const invisible = ['\u00ad', '\u200b', '\u200f', '\u202e', '\u2060', '\u2064'];
    const bad = invisible.flatMap((character) => [`A${character}`, `${character}A`]);
    const { body } = await records.post(bad.map((externalId) => kind.row({ externalId })));
    expect([body.created, body.errors.length]).toEqual([0, bad.length]);
    for (const { error } of body.errors)
      expect(error).toMatch(/externalId .*invisible character \(U\+\w{4}\)/);
    const inside = await records.post(invisible.map((it) => kind.row({ externalId: `A${it}A` })));
    expect(inside.body.created).toBe(invisible.length);
  });

  it('is refused the same way in the path of PUT', async () => {
    for (const externalId of [' a', 'a ', 'a\nb', 'a\u0000', 'a'.repeat(256), `${EMOJI_255}🫘`]) {
      expectError(await records.put(externalId, records.body()), 400, 'VALIDATION_ERROR', /externalId/);
    }
    expect((await records.list()).body.total).toBe(0);
  });

  it('with a space too many in the path finds nothing', async () => {
    await records.post([kind.row({ externalId: 'A' })]);
    for (const externalId of ['A ', ' A', 'a', 'A\u0000', 'A\u0000B']) {
      expect((await records.get(externalId)).status).toBe(404);
      expect((await records.delete(externalId)).status).toBe(404);
    }
    expect((await records.get('A')).status).toBe(200);
  });

  it.each(['%zz', '%ff', '%', '%c3%28', '%ed%a0%80', 'x'.repeat(9000)])(
    'in a path that is no text (%.12s) is an error of the surface',
    async (path) => {
      const answer = await records.client.get(`/${kind.plural}/${path}`);
      expect([400, 404, 414]).toContain(answer.status);
      expect(answer.body).toMatchObject({ error: expect.any(String), requestId: expect.any(String) });
    },
  );
});
