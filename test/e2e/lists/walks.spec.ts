import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import {
  clientOf,
  givenNeighbour,
  givenWorld,
  type List,
  LISTS,
  type World,
} from '../../support/paging/lists.js';
import { analyze, complaintsAbout, sentWhile } from '../../support/paging/plans.js';

const ROWS = 230;
const SIZE = 60;
const PAGES = Math.ceil(ROWS / SIZE);

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
});
afterAll(() => app.close());

/** Where an answer says that the list goes on. */
function nextOf(list: List, world: World, { body }: Answer): string | undefined {
  if (typeof body.next === 'string')
    return new URL(body.next as string).pathname + new URL(body.next as string).search;
  if (!body.nextCursor) return undefined;
  const cursor = encodeURIComponent(body.nextCursor as string);
  return `${list.path(world)}${list.size}=${SIZE}&cursor=${cursor}`;
}

/** All pages, one after the other. @param between is done after each. */
async function walk(list: List, world: World, between: () => Promise<void>): Promise<string[]> {
  const seen: string[] = [];
  let path: string | undefined = `${list.path(world)}${list.size}=${SIZE}`;
  while (path !== undefined) {
    const answer = await clientOf(list, world).get(path);
    expect(answer.status).toBe(200);
    const ids = list.ids(answer.body);
    expect(ids.length).toBeLessThanOrEqual(SIZE);
    seen.push(...ids);
    path = nextOf(list, world, answer);
    if (seen.length < 2 * ROWS) await between();
  }
  return seen;
}

const totalOf = ({ body }: Answer): number | undefined =>
  (body.total ?? body.resultCount ?? body.count) as number | undefined;

describe.each(Object.keys(LISTS))('%s', (name) => {
  const list = LISTS[name] as List;
  let world: World;
  let there: string[];
  beforeAll(async () => {
    world = await givenWorld(app);
    await list.add(world, ROWS);
    await givenNeighbour(list, world, ROWS);
    there = await walk(list, world, () => Promise.resolve());
  });

  it('shows each row on one page, and on no page another company’s', () => {
    expect(new Set(there).size).toBe(there.length);
    expect(there.length).toBeGreaterThanOrEqual(ROWS);
    expect(there.length).toBeLessThan(ROWS + 20);
  });

  it('shows each row once and misses none while others are added', async () => {
    let added = 0;
    const seen = await walk(list, world, async () => {
      if ((added += 1) <= PAGES) await list.add(world, 3);
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(there.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it('tells how many there are, and by page numbers shows the same', async () => {
    const first = await clientOf(list, world).get(`${list.path(world)}${list.size}=${SIZE}&page=1`);
    if (first.status === 400) return expect(JSON.stringify(first.body)).toContain('page');
    const ids = list.ids(first.body);
    for (let page = 2, shown = ids.length; shown === SIZE; page += 1) {
      const path = `${list.path(world)}${list.size}=${SIZE}&page=${page}`;
      const more = list.ids((await clientOf(list, world).get(path)).body);
      ids.push(...more);
      shown = more.length;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(there.filter((id) => !ids.includes(id))).toEqual([]);
    expect(totalOf(first) ?? ids.length).toBe(ids.length);
  });

  it('refuses a page that is too far to count to, and points to the cursor', async () => {
    const answer = await clientOf(list, world).get(`${list.path(world)}${list.size}=100&page=101`);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toMatch(/page.*(cursor|Unknown)/);
  });

  it('is read by an index, neither the table whole nor sorted apart', async () => {
    await analyze(app, [list.table]);
    const client = clientOf(list, world);
    const sent = await sentWhile(app, async () => {
      const first = await client.get(`${list.path(world)}${list.size}=${SIZE}`);
      await client.get(nextOf(list, world, first) as string);
    });
    const about = sent.filter(
      ([text]) => text.includes(` ${list.table} `) || text.includes(`${list.table}\n`),
    );
    expect(about.length).toBeGreaterThan(1);
    for (const one of about) expect([one, await complaintsAbout(app, one)]).toEqual([one, []]);
  });
});
