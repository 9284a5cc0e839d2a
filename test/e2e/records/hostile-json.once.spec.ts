import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const nestedList = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
/** A 400 of the surface, or an accepted envelope whose one row was refused. */
function expectRefused(answer: Answer): void {
  if (answer.status === 400) return expectError(answer, 400, answer.body.error as string);
  expect([answer.status, answer.body.success, answer.body.errors?.length]).toEqual([200, false, 1]);
}

const nestedObject = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

describe.each(KINDS)('hostile JSON for $plural', (kind) => {
  const path = `/${kind.plural}`;
  let records: Records;
  beforeEach(async () => {
    records = await givenRecords(app, kind);
  });
  const bulkOf = (row: string): string => `{"${kind.plural}":[${row}]}`;
  const withField = (field: string, json: string): string =>
    JSON.stringify({ ...kind.row({ externalId: 'X' }), [field]: '@' }).replace('"@"', () => json);
  const expectAlive = async () => {
    expect((await records.list()).body.total).toBe(0);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
  };

  it.each([
    ['lists', nestedList],
    ['objects', nestedObject],
  ])('nested 100,000 %s deep as a field is refused cleanly', async (_, nested) => {
    const fields = ['externalId', kind.nameField, 'unknown', Object.keys(kind.optional).at(-1) as string];
    for (const field of fields) {
      expectRefused(await records.client.post(path, bulkOf(withField(field, nested(100_000)))));
    }
    await expectAlive();
  });

  it.each([
    ['lists', nestedList(100_000)],
    ['objects', nestedObject(100_000)],
    ['lists that never end', '['.repeat(200_000)],
  ])('nested 100,000 %s deep as a whole is a 400', async (_, body) => {
    const answer = await records.client.post(path, body);
    expectError(answer, 400, answer.body.error as string);
    expectRefused(await records.client.post(path, bulkOf(body)));
    await expectAlive();
  });

  it('nested 30,000 deep is a 400 on PUT', async () => {
    const answer = await records.client.put(`${path}/X`, withField(kind.nameField, nestedList(30_000)));
    expectError(answer, 400, answer.body.error as string);
    await expectAlive();
  });

  it.each(['"__proto__"', '"\\u005f_proto__"', '"constructor"', '"prototype"', '"toString"', '"length"'])(
    'with the key %s in a row, a PUT or the envelope names it as unknown and changes nothing else',
    async (key) => {
      const name = JSON.parse(key) as string;
      const evil = `${key}:{"name":"x","admin":true,"prototype":{"admin":true}}`;
      const row = JSON.stringify(kind.row()).replace('{', () => `{${evil},`);
      const answer = await records.client.post(path, bulkOf(`${row},${JSON.stringify(kind.row())}`));
      expect([answer.status, answer.body.success, answer.body.created]).toEqual([200, true, 1]);
      expect(answer.body.errors).toMatchObject([{ index: 0, error: `Unknown field: ${name}` }]);
      const put = await records.client.put(`${path}/${JSON.parse(row).externalId as string}`, row);
      expectError(put, 400, 'VALIDATION_ERROR', `Unknown field: ${name}`);
      const envelope = await records.client.post(path, `{${evil},"${kind.plural}":[]}`);
      expectError(envelope, 400, 'VALIDATION_ERROR', new RegExp(`Unknown field: ${name}`));
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    },
  );

  it.each([
    ['a byte that begins nothing', [0xff]],
    ['a character cut short', [0xf0, 0x9f, 0xab]],
    ['an overlong NUL', [0xc0, 0x80]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0x43, 0x61, 0x66, 0xe9]],
  ])('that is no UTF-8 (%s) is a 400', async (_, bytes) => {
    const [before, after] = bulkOf(withField(kind.nameField, '"@@"')).split('@@') as [string, string];
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    const headers = { 'content-type': 'application/json' };
    expectError(await records.client.send('POST', path, body, headers), 400, 'MALFORMED_JSON');
    await expectAlive();
  });
});
