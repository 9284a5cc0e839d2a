import { BY_OPERATOR } from '../../src/audit/audit-context.js';
import type { PrivateTokenOwner } from '../../src/identity/private-tokens/private-tokens.service.js';
import {
  givenPerson,
  nextAddress,
  openPeople,
  type People,
  refusalOf,
  type TwoProcesses,
} from '../support/people/people.js';
import { toSqlInstant } from '../../src/platform/database/instant.js';
import { newId } from '../../src/platform/ids/ids.js';
import { FIRST_PAGE } from '../support/paging/pages.js';
import { insertRows } from '../support/paging/rows.js';

const DAY_MS = 86_400_000;

let open: TwoProcesses;
let people: People;
beforeAll(async () => {
  open = await openPeople();
  ({ people } = open);
});
afterAll(() => open.close());

/** Issues a private token as the route does, in a transaction of its own. */
function issue(owner: PrivateTokenOwner, name: string, expiration: Date) {
  return people.database.transaction((tx) =>
    people.privateTokens.issue(tx, owner, { name, expiration }, BY_OPERATOR),
  );
}

/** The code that a token is refused with, or whose it is. */
const holderOf = (jwt: string): Promise<unknown> =>
  refusalOf(people.verifier.verify(jwt, nextAddress()).then(({ userId }) => userId));

describe('a private token', () => {
  const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);

  it('stands for its owner until it is deleted', async () => {
    const one = await givenPerson(people);
    const { id: userId, companyId } = one;
    const { token, jwt } = await issue({ userId, companyId }, 'nightly', inDays(366));
    const content = await people.verifier.verify(jwt, nextAddress());
    expect(content).toMatchObject({ kind: 'private', credentialId: token.id, userId, companyId });
    expect(content.expiresAt.toISOString()).toBe(token.expiresAt);
    await people.privateTokens.delete({ userId, companyId }, token.id, BY_OPERATOR);
    expect(await holderOf(jwt)).toBe('INVALID_TOKEN');
    expect(await refusalOf(people.privateTokens.delete({ userId, companyId }, token.id, BY_OPERATOR))).toBe(
      'NOT_FOUND',
    );
  });

  it.each<[string, () => Date]>([
    ['past', () => inDays(-1)],
    ['now', () => new Date()],
    ['more than 366 days ahead', () => inDays(366.01)],
  ])('does not expire at a time that is %s', async (_what, time) => {
    const { id: userId, companyId } = await givenPerson(people);
    const issued = issue({ userId, companyId }, 'nightly', time());
    expect(await refusalOf(issued)).toBe('VALIDATION_ERROR');
  });

  it('is listed to its owner only, by name, time and part of the name, page by page', async () => {
    const [one, other] = [await givenPerson(people), await givenPerson(people)];
    const owner = { userId: one.id, companyId: one.companyId };
    for (const [name, days] of [
      ['beta', 3],
      ['Alpha', 2],
      ['gamma 100%', 1],
    ] as const)
      await issue(owner, name, inDays(days));
    const names = async (more: object, request = FIRST_PAGE): Promise<string[]> => {
      const query = { order: 'created' as const, ...more };
      return (await people.privateTokens.list(owner, query, request)).items.map(({ name }) => name);
    };
    expect(await names({})).toEqual(['beta', 'Alpha', 'gamma 100%']);
    expect(await names({ order: '-created' })).toEqual(['gamma 100%', 'Alpha', 'beta']);
    expect(await names({ order: 'name' })).toEqual(['Alpha', 'beta', 'gamma 100%']);
    expect(await names({ order: 'expiration_time' })).toEqual(['gamma 100%', 'Alpha', 'beta']);
    expect(await names({ text: 'ALP' })).toEqual(['Alpha']);
    expect(await names({ text: '0%' })).toEqual(['gamma 100%']);
    expect(await names({ text: '_' })).toEqual([]);
    expect(await names({ text: 'a', order: 'name' }, { page: 2, size: 2 })).toEqual(['gamma 100%']);
    expect(await names({}, { page: 2, size: 2 })).toEqual(['gamma 100%']);
    const theirs = { userId: other.id, companyId: one.companyId };
    const query = { order: 'name' as const };
    const nothing = { items: [], total: 0, nextCursor: null };
    expect(await people.privateTokens.list(theirs, query, FIRST_PAGE)).toEqual(nothing);
  });

  it('is found by part of its name in upper or lower case of any alphabet, and by nothing else', async () => {
    const { id: userId, companyId } = await givenPerson(people);
    const owner = { userId, companyId };
    const names = ['ÄPFEL', 'äpfel', 'ΣΊΣΥΦΟΣ', 'İstanbul', "a'b", 'a\\b', '😀', 'plain'];
    for (const name of names) await issue(owner, name, inDays(1));
    const found = async (text: string): Promise<string[]> => {
      const page = await people.privateTokens.list(owner, { order: 'created', text }, FIRST_PAGE);
      expect(page.total).toBe(page.items.length);
      return page.items.map(({ name }) => name);
    };
    for (const name of names) expect(await found(name)).toContain(name);
    expect(await found('Äpf')).toEqual(['ÄPFEL', 'äpfel']);
    expect(await found('σίσυφος')).toEqual(['ΣΊΣΥΦΟΣ']);
    expect(await found("' OR 1=1 --")).toEqual([]);
    expect(await found('%')).toEqual([]);
    const forged = people.privateTokens.list(
      owner,
      { order: 'created', text: 'none' },
      { ...FIRST_PAGE, cursor: 'x' },
    );
    expect(await refusalOf(forged)).toBe('VALIDATION_ERROR');
  });
});

describe('a search among very many private tokens', () => {
  it('looks at the latest 10,000 that are not deleted', async () => {
    const { id: userId, companyId } = await givenPerson(people);
    const at = toSqlInstant(new Date());
    const rows = Array.from({ length: 10_400 }, (_, n) => ({
      ...{
        id: newId('prv'),
        user_id: userId,
        company_id: companyId,
        name: n === 199 ? 'lost' : `server ${n}`,
      },
      ...{
        hash: `${userId}${n}`,
        expires_at: at,
        created_at: at,
        deleted_at: n < 200 || n >= 400 ? null : at,
      },
    }));
    await insertRows(people, 'private_tokens', rows);
    const found = async (text: string): Promise<[number, string | undefined]> => {
      const query = { order: 'created' as const, text };
      const { total, items } = await people.privateTokens.list({ userId, companyId }, query, FIRST_PAGE);
      return [total, items[0]?.name];
    };
    expect(await found('server')).toEqual([10_000, 'server 400']);
    expect(await found('server 10399')).toEqual([1, 'server 10399']);
    expect(await found('lost')).toEqual([0, undefined]);
  });
});
