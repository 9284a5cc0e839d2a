import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { followFeed } from '../../support/records/changes.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { expectReplay, isReplay, keyed } from '../../support/http/idempotency.js';
import { givenReferences, KINDS, type RecordKind, Records } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

type Headers = Record<string, string>;

describe.each(KINDS)('an Idempotency-Key on POST /$plural', (kind) => {
  let erp: Erp;
  let records: Records;
  beforeEach(async () => {
    erp = await givenErp(app);
    records = new Records(erp.client, kind);
    await givenReferences(erp.client, kind);
  });
  const bodyOf = (...ids: string[]) => ({ [kind.plural]: ids.map((externalId) => kind.row({ externalId })) });
  const post = (body: unknown, headers: Headers, client = erp.client): Promise<Answer> =>
    client.post(`/${kind.plural}`, body, headers);
  const logs = async (): Promise<number> =>
    (await erp.client.get(`/sync-logs?entityType=${kind.entityType}`)).body.total;

  it('replays the first answer and writes nothing twice', async () => {
    const [body, headers] = [bodyOf('A', 'B'), keyed()];
    const first = await post(body, headers);
    expect([first.status, first.body.created, isReplay(first)]).toEqual([200, 2, false]);
    const changes = (await followFeed(erp.client)).changes;
    for (let again = 0; again < 3; again += 1) expectReplay(await post(body, headers), first);
    expect(await logs()).toBe(1);
    expect((await records.get('A')).headers.get('etag')).toBe('"v1"');
    expect((await followFeed(erp.client)).changes).toEqual(changes);
  });

  it('touches nothing that happened between the call and its replay', async () => {
    const [body, headers] = [bodyOf('CHANGED', 'DELETED'), keyed()];
    const first = await post(body, headers);
    await records.post([records.named('changed since', { externalId: 'CHANGED' })]);
    await records.delete('DELETED');
    expectReplay(await post(body, headers), first);
    expect((await records.get('CHANGED')).body[kind.nameField]).toBe('changed since');
    expect((await records.get('DELETED')).status).toBe(404);
  });

  it('is free again after a call whose rows were all refused', async () => {
    const [headers, row] = [keyed(), kind.row({ externalId: 'A' })];
    const refused = await post({ [kind.plural]: [{ ...row, [kind.nameField]: null }] }, headers);
    expect([refused.status, refused.body.success]).toEqual([200, false]);
    const mended = { [kind.plural]: [row] };
    const first = await post(mended, headers);
    expect([first.status, first.body.created, isReplay(first)]).toEqual([200, 1, false]);
    expectReplay(await post(mended, headers), first);
  });

  it('replays refused rows beside an accepted one', async () => {
    const rows = [
      kind.row({ externalId: 'A' }),
      { ...kind.row({ externalId: 'B' }), [kind.nameField]: null },
    ];
    const headers = keyed();
    const first = await post({ [kind.plural]: rows }, headers);
    expect([first.body.success, first.body.errors.length]).toEqual([true, 1]);
    expectReplay(await post({ [kind.plural]: rows }, headers), first);
  });

  it('replays the same JSON value, however it is written', async () => {
    const [headers, row] = [keyed(), kind.row({ externalId: 'A' })];
    const first = await post({ [kind.plural]: [row] }, headers);
    const turned = Object.fromEntries(Object.entries(row).reverse());
    const text = JSON.stringify({ [kind.plural]: [turned] }, null, 2).replace('"A"', '"\\u0041"');
    expect(text).not.toContain('"A"');
    expectReplay(await post(text, headers), first);
  });

  it('replays in every process', async () => {
    const elsewhere = await startApp({}, app.env);
    const [body, headers] = [bodyOf('A'), keyed()];
    const first = await post(body, headers);
    expectReplay(await post(body, headers, new Client(elsewhere.url, erp.token)), first);
    await elsewhere.close();
  });

  it('is the same key bare and quoted', async () => {
    const body = bodyOf('A');
    const first = await post(body, keyed('7f3c-quoted'));
    expectReplay(await post(body, keyed('"7f3c-quoted"')), first);
  });

  it('tells keys apart by letter case', async () => {
    await post(bodyOf('A'), keyed('order-a'));
    expect(isReplay(await post(bodyOf('B'), keyed('ORDER-A')))).toBe(false);
    expect((await records.list()).body.total).toBe(2);
  });

  it('is a 422 that writes nothing with another body', async () => {
    const headers = keyed();
    const first = await post(bodyOf('A'), headers);
    expectError(await post(bodyOf('A', 'B'), headers), 422, 'IDEMPOTENCY_KEY_REUSED');
    expect([(await records.get('B')).status, await logs()]).toEqual([404, 1]);
    expect(first.status).toBe(200);
  });

  it('is a 422 that writes nothing on another route', async () => {
    const headers = keyed();
    await post(bodyOf('A'), headers);
    const other = KINDS.find((candidate) => candidate !== kind) as RecordKind;
    const row = other.row({ externalId: 'OTHER' });
    const answer = await erp.client.post(`/${other.plural}`, { [other.plural]: [row] }, headers);
    expectError(answer, 422, 'IDEMPOTENCY_KEY_REUSED');
    expect((await erp.client.get(`/${other.plural}/OTHER`)).status).toBe(404);
  });

  it('is a key of its own for each token', async () => {
    const { integrationId, companyId } = erp;
    const { client } = await givenErp(app, { integrationId, companyId });
    const headers = keyed();
    const [mine, theirs] = [await post(bodyOf('A'), headers), await post(bodyOf('B'), headers, client)];
    expect([mine, theirs].map((answer) => [answer.status, answer.body.created, isReplay(answer)])).toEqual([
      [200, 1, false],
      [200, 1, false],
    ]);
    expectReplay(await post(bodyOf('A'), headers), mine);
    expectReplay(await post(bodyOf('B'), headers, client), theirs);
  });

  it.each([
    ['an envelope that is wrong', {}, 400, 'VALIDATION_ERROR'],
    ['no JSON', '{"', 400, 'MALFORMED_JSON'],
  ] as const)('is free again after a call that failed for %s', async (_, wrong, status, code) => {
    const headers = keyed();
    expectError(await post(wrong, headers), status, code);
    const first = await post(bodyOf('A'), headers);
    expect([first.status, first.body.created, isReplay(first)]).toEqual([200, 1, false]);
    expectReplay(await post(bodyOf('A'), headers), first);
  });

  it('is free again after a call with too many rows', async () => {
    const headers = keyed();
    const ids = Array.from({ length: 501 }, (_, index) => `R-${index}`);
    expectError(await post(bodyOf(...ids), headers), 400, 'BATCH_TOO_LARGE');
    expect((await post(bodyOf('A'), headers)).body.created).toBe(1);
  });

  it.each([
    ['255 characters', 'k'.repeat(255)],
    ['255 characters in quotes', `"${'q'.repeat(255)}"`],
    ['one character', 'x'],
    ['visible characters of all sorts', 'a:/+=_-.~!#$%&()*,;<>?@[]^`{|}'],
  ])('may have %s', async (_, key) => {
    const body = bodyOf('A');
    const first = await post(body, keyed(key));
    expect(first.status).toBe(200);
    expectReplay(await post(body, keyed(key)), first);
  });

  it.each([
    ['256 characters', 'k'.repeat(256)],
    ['256 characters in quotes', `"${'q'.repeat(256)}"`],
    ['nothing in it', ''],
    ['nothing in its quotes', '""'],
  ])('with %s is a 400 that writes nothing', async (_, key) => {
    expectError(await post(bodyOf('A'), keyed(key)), 400, 'VALIDATION_ERROR');
    expect(await logs()).toBe(0);
  });
});

describe.each(KINDS)('an Idempotency-Key on other methods of $plural', (kind) => {
  it('means nothing: each call takes its effect', async () => {
    const { client } = await givenErp(app);
    const records = new Records(client, kind);
    await givenReferences(client, kind);
    const headers = keyed();
    const answers = [
      await records.put('X', records.body(), headers),
      await records.put('X', records.body(kind.change), headers),
      await records.get('X', headers),
      await records.delete('X', headers),
      await records.get('X', headers),
      await records.delete('X', headers),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 204, 404, 404]);
    expect(answers.filter(isReplay)).toEqual([]);
    expect(answers[2]?.body).toMatchObject(kind.change);
  });
});
