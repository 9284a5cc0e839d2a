import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import type { Token } from '../../../src/tokens/token.entity.js';
import { TokensService } from '../../../src/tokens/tokens.service.js';
import { newId } from '../../../src/platform/ids/ids.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { expectManagementError } from '../../support/http/expect-error.js';
import { changeToken, givenErp } from '../../support/app/factories.js';
import { givenPerson, type Person } from '../../support/people/members.js';

const DAY_MS = 24 * 3_600_000;
const SCOPES = ['integration:suppliers:read'] as const;

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  admin = await givenPerson(app);
});

const revoke = (body: object): Promise<Answer> =>
  admin.client.post(`/apiops/projects/${admin.slug}/tokens/revoke/`, body);
const isDead = async (raw: string): Promise<boolean> =>
  (await new Client(app.url, raw).get('/auth/test')).status === 401;

/** Further tokens of the administrator's integration. */
function givenTokens(howMany: number): Promise<{ id: string; raw: string }[]> {
  const input = { integrationId: admin.erp.integrationId, name: 'one of many', scopes: SCOPES };
  return app.database.transaction(async (tx) => {
    const tokens: { id: string; raw: string }[] = [];
    while (tokens.length < howMany) {
      const { raw, token } = await app.nest.get(TokensService).issue(tx, input, BY_OPERATOR);
      tokens.push({ id: token.id, raw });
    }
    return tokens;
  });
}

describe('a bulk revocation', () => {
  it('by ids tells the outcome of each: revoked, revoked before, and none of the company’s', async () => {
    const [first, second] = await givenTokens(2);
    const foreign = await givenErp(app);
    await revoke({ ids: [second?.id] });
    const { status, body } = await revoke({ ids: [first?.id, second?.id, foreign.tokenId] });
    expect([status, body.success, body.outcomes]).toEqual([
      200,
      true,
      { revoked: 1, already_revoked: 1, not_found: 1 },
    ]);
    const outcomes = body.resultList.map(({ id, outcome }: Record<string, string>) => [id, outcome]);
    expect(outcomes).toEqual([
      [first?.id, 'revoked'],
      [second?.id, 'already_revoked'],
      [foreign.tokenId, 'not_found'],
    ]);
    expect(await isDead(first?.raw as string)).toBe(true);
    expect(await isDead(foreign.token)).toBe(false);
    expect(JSON.stringify(body)).not.toContain(foreign.integrationId);
  });

  it('that is a dry run tells what would be done, and does nothing', async () => {
    const { body } = await revoke({ all: true, dryRun: true });
    expect([body.dryRun, body.outcomes]).toEqual([true, { would_revoke: 1 }]);
    expect(await isDead(admin.erp.token)).toBe(false);
  });

  it('of all leaves the tokens of other companies alone', async () => {
    const foreign = await givenErp(app);
    await givenTokens(3);
    expect((await revoke({ all: true })).body.outcomes).toEqual({ revoked: 4 });
    expect(await isDead(admin.erp.token)).toBe(true);
    expect(await isDead(foreign.token)).toBe(false);
  });

  it('by prefix, by integration, by age and by last use takes those to which all of it applies', async () => {
    const [old, unused, used, young] = await givenTokens(4);
    const at = (days: number): Date => new Date(Date.now() - days * DAY_MS);
    const set = (id: string | undefined, change: Partial<Token>) => changeToken(app, id as string, change);
    await set(old?.id, { createdAt: at(400), lastUsedAt: at(1) });
    await set(unused?.id, { createdAt: at(300), lastUsedAt: null });
    await set(used?.id, { createdAt: at(300), lastUsedAt: at(200) });
    const ids = async (selection: object): Promise<string[]> =>
      (await revoke({ ...selection, dryRun: true })).body.resultList.map(({ id }: { id: string }) => id);
    const day = (days: number): string => at(days).toISOString();
    expect(await ids({ createdBefore: day(350) })).toEqual([old?.id]);
    expect(await ids({ lastUsedBefore: day(100) })).toEqual([unused?.id, used?.id]);
    expect(await ids({ createdBefore: day(299), lastUsedBefore: day(250) })).toEqual([unused?.id]);
    expect(await ids({ prefix: young?.raw.slice(0, 18) })).toEqual([young?.id]);
    const other = await givenErp(app, { companyId: admin.companyId });
    expect(await ids({ integration: other.integrationId })).toEqual([other.tokenId]);
  });

  it('of an integration that is none of the company’s is a 404, and revokes nothing', async () => {
    const foreign = await givenErp(app);
    for (const integration of [foreign.integrationId, newId('int'), 'int_1']) {
      for (const dryRun of [true, false]) {
        expectManagementError(await revoke({ integration, dryRun }), 404, 'not_found');
      }
    }
    expect([await isDead(foreign.token), await isDead(admin.erp.token)]).toEqual([false, false]);
  });

  it('can be repeated without harm, and then says that all is done', async () => {
    await givenTokens(2);
    await revoke({ all: true });
    expect((await revoke({ all: true })).body.outcomes).toEqual({ already_revoked: 3 });
  });

  it.each([
    ['nothing that says which', {}, ['all']],
    ['"all": false alone', { all: false }, ['all']],
    ['a prefix that is none', { prefix: 'eudr_' }, ['prefix']],
    ['no ids', { ids: [] }, ['ids']],
    ['a time that is none', { createdBefore: 'yesterday' }, ['createdBefore']],
    ['something unknown', { all: true, company: 'com_1' }, ['company']],
  ])('is refused with %s, and revokes nothing', async (_, body, paths) => {
    expectManagementError(await revoke(body), 400, 'validation_failed', ...paths);
    expect(await isDead(admin.erp.token)).toBe(false);
  });
});
