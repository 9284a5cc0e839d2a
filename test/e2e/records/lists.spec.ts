import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import type { Row } from '../../support/app/factories.js';
import { givenRecords, KINDS, type Records } from '../../support/records/records.js';

const HOW_MANY = 120;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const idsOf = (entities: Row[]): unknown[] => entities.map((entity) => entity['externalId']);

describe.each(KINDS)('the list of $plural', (kind) => {
  let records: Records;
  beforeAll(async () => {
    records = await givenRecords(app, kind);
    const rows = Array.from({ length: HOW_MANY }, (_, index) =>
      records.named(`Name ${index}`, { externalId: `R-${index}` }),
    );
    await records.post(rows);
  });

  it('shows 50 on a page unless told, with the exact total and a cursor', async () => {
    const { status, body } = await records.list();
    const { entities, ...rest } = body;
    expect([status, entities.length]).toEqual([200, 50]);
    expect(rest).toEqual({ total: HOW_MANY, page: 1, limit: 50, nextCursor: expect.any(String) });
  });

  it('shows of each record its ids, name, status and last sync, and nothing else', async () => {
    const { body } = await records.list('?limit=1');
    const { externalId, internalId, name } = (await records.get(body.entities[0].externalId as string)).body;
    expect(body.entities[0]).toEqual({
      externalId,
      internalId,
      name: name ?? `Name ${String(externalId).slice(2)}`,
      syncStatus: 'SYNCED',
      lastSyncedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it('shows each record on exactly one page, in the same order each time', async () => {
    const pages = [1, 2, 3, 4].map((page) => records.list(`?limit=40&page=${page}`));
    const answers = (await Promise.all(pages)).map((answer) => answer.body);
    expect(answers.map(({ entities, page }) => [page, entities.length])).toEqual([
      [1, 40],
      [2, 40],
      [3, 40],
      [4, 0],
    ]);
    const all = answers.flatMap(({ entities }) => idsOf(entities));
    expect(new Set(all).size).toBe(HOW_MANY);
    expect(idsOf((await records.list('?limit=100')).body.entities)).toEqual(all.slice(0, 100));
  });

  it('gives no cursor on the last page, by page or by cursor', async () => {
    expect((await records.list('?limit=40&page=3')).body.nextCursor).toBeNull();
    const { body: first } = await records.list('?limit=60');
    const { body: last } = await records.list(`?limit=60&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect([last.entities.length, last.page, last.nextCursor]).toEqual([60, 2, null]);
  });

  it('lowers a limit over 100 to 100', async () => {
    for (const limit of [101, 1000, 9007199254740991]) {
      const { status, body } = await records.list(`?limit=${limit}`);
      expect([status, body.limit, body.entities.length]).toEqual([200, 100, 100]);
    }
  });

  it.each(['0', '-1', 'abc', '1.5', '', '1e1', '0x10', ' 1', '١', 'null', 'NaN'])(
    'refuses page or limit %j',
    async (value) => {
      for (const parameter of ['page', 'limit']) {
        const answer = await records.list(`?${parameter}=${encodeURIComponent(value)}`);
        expectError(answer, 400, 'VALIDATION_ERROR', new RegExp(parameter));
        expect(answer.body.details[0].path).toBe(parameter);
      }
    },
  );

  it('refuses a repeated parameter', async () => {
    for (const parameter of ['page', 'limit', 'since', 'cursor']) {
      const answer = await records.list(`?${parameter}=1&${parameter}=2`);
      expectError(answer, 400, 'VALIDATION_ERROR', new RegExp(parameter));
      expect(answer.body.details[0].path).toBe(parameter);
    }
  });

  it('tells each fault of a query once', async () => {
    const answer = await records.list('?page=0&limit=abc&colour=red');
    const details = answer.body.details as { path: string; message: string }[];
    expect(details.map(({ path }) => path).sort()).toEqual(['colour', 'limit', 'page']);
  });

  it('refuses an unknown parameter by name', async () => {
    const answer = await records.list('?Limit=5');
    expectError(answer, 400, 'VALIDATION_ERROR', /Limit/);
    expect(answer.body.details[0].path).toBe('Limit');
  });

  it('points past 10,000 records to cursor', async () => {
    for (const query of ['?page=101&limit=100', '?page=201', '?page=101&limit=5000', '?page=10001&limit=1']) {
      expectError(await records.list(query), 400, 'VALIDATION_ERROR', /cursor/);
    }
    expect((await records.list('?page=99999999999999999999999')).status).toBe(400);
  });

  it('is empty, not refused, on a page past the end', async () => {
    for (const query of ['?page=100&limit=100', '?page=200']) {
      const { status, body } = await records.list(query);
      expect([status, body.entities, body.total, body.nextCursor]).toEqual([200, [], HOW_MANY, null]);
    }
  });
});

it('is empty for an integration that synced nothing', async () => {
  for (const kind of KINDS) {
    const records = await givenRecords(app, kind);
    expect((await records.list()).body).toEqual({
      entities: [],
      total: 0,
      page: 1,
      limit: 50,
      nextCursor: null,
    });
  }
});
