import { command } from '../../support/app/commands.js';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import type { AuditRecord } from '../../../src/audit/audit-rows.js';
import type { TestApp } from '../../support/app/app.js';
import { changeToken, type Erp, givenErp, givenTokens } from '../../support/app/factories.js';
import { type Ended, until } from '../../support/processes/processes.js';
import { startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';
import { FIRST_PAGE } from '../../support/paging/pages.js';

const DAY_MS = 86_400_000;
const MANY = 2_500;

interface Told {
  dryRun: boolean;
  outcomes: Record<string, number>;
  tokens: { id: string; outcome: string }[];
}

let app: TestApp;
/** Two tokens of one integration, one of another integration of the same company, and one of another company. */
let young: Erp;
let old: Erp;
let beside: Erp;
let foreign: Erp;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  young = await givenErp(app);
  const { companyId, integrationId } = young;
  old = await givenErp(app, { companyId, integrationId });
  beside = await givenErp(app, { companyId });
  foreign = await givenErp(app);
  for (const { tokenId } of [old, beside, foreign])
    await changeToken(app, tokenId, { createdAt: ago(300), lastUsedAt: ago(100) });
});

const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);
const day = (days: number): string => ago(days).toISOString().slice(0, 10);

const revoke = (...args: string[]): Promise<Ended> => command(app.env, 'token:revoke', ...args);

/** What a successful run with `--json` printed. */
function printed({ code, stdout }: Ended): Told {
  expect(code).toBe(0);
  return JSON.parse(stdout) as Told;
}

/** Of these tokens those that the running server accepts. */
async function accepted(...erps: Erp[]): Promise<Erp[]> {
  const statuses = await Promise.all(erps.map(async ({ client }) => (await client.get('/auth/test')).status));
  return erps.filter((_, index) => statuses[index] === 200);
}

const untilDead = (...erps: Erp[]): Promise<void> =>
  until(async () => (await accepted(...erps)).length === 0);

/** What the audit log says of revocations in the company, the latest first. */
async function revocations(): Promise<AuditRecord[]> {
  const { items } = await app.nest.get(AuditReader).page(young.companyId, {}, FIRST_PAGE);
  return items.filter(({ action }) => action.endsWith('revoked'));
}

describe('token:revoke --dry-run', () => {
  it('prints which tokens fit all that is given, and does nothing', async () => {
    const run = await revoke(
      ...['--company', young.slug, '--created-before', day(200), '--integration', old.integrationId],
      ...['--dry-run', '--json'],
    );
    expect(printed(run)).toEqual({
      dryRun: true,
      outcomes: { would_revoke: 1 },
      tokens: [
        {
          id: old.tokenId,
          name: 'test',
          prefix: old.token.slice(0, 18),
          integrationId: old.integrationId,
          outcome: 'would_revoke',
          acts: { made: [], changed: [], more: 0 },
        },
      ],
    });
    expect(run.stderr).toBe('');
    expect(await accepted(old)).toEqual([old]);
    expect(await revocations()).toEqual([]);
  });

  it('tells a person how many, and when each was last used, the latest first', async () => {
    const { companyId, tokenId, token, integrationId } = young;
    await changeToken(app, tokenId, { lastUsedAt: null });
    await changeToken(app, old.tokenId, { lastUsedAt: ago(3) });
    expect(await revoke('--integration', integrationId, '--dry-run')).toEqual({
      code: 0,
      stdout:
        'Would revoke 2 tokens, last used 3 days ago:\n' +
        `  ${old.tokenId}  ${old.token.slice(0, 18)}…  test, last used 3 days ago\n` +
        `  ${tokenId}  ${token.slice(0, 18)}…  test, never used\n`,
      stderr: '',
    });
    const one = await revoke('--company', companyId, '--prefix', token.slice(0, 18), '--dry-run');
    expect(one.stdout).toMatch(/^Would revoke 1 token, never used:\n/);
  });

  it('names the 20 tokens that were used last, and counts those that are revoked already apart', async () => {
    await givenTokens(app, young, 20);
    expect((await revoke(beside.tokenId)).code).toBe(0);
    const { stdout } = await revoke('--company', young.companyId, '--dry-run');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(23);
    expect([lines[0], ...lines.slice(-2)]).toEqual([
      'Would revoke 22 tokens, last used 100 days ago:',
      '  and 2 more, used longer ago or never',
      'Revoked before: 1 token.',
    ]);
  });
});

describe('token:revoke for many', () => {
  it('ends all tokens of a company that fit in the running server, and the audit log says so', async () => {
    const run = await revoke('--company', young.companyId, '--last-used-before', day(50), '--json');
    const { dryRun, outcomes, tokens } = printed(run);
    expect([dryRun, outcomes, run.stderr]).toEqual([false, { revoked: 2 }, '']);
    expect(tokens.map(({ id, outcome }) => [id, outcome])).toEqual([
      [old.tokenId, 'revoked'],
      [beside.tokenId, 'revoked'],
    ]);
    await untilDead(old, beside);
    expect(await accepted(young, foreign)).toEqual([young, foreign]);
    const operator = { kind: 'operator', id: null };
    expect(await revocations()).toMatchObject([
      { action: 'token.revoked', actor: operator, target: { id: beside.tokenId } },
      { action: 'token.revoked', actor: operator, target: { id: old.tokenId } },
      { action: 'tokens.bulk_revoked', actor: operator, details: { tokens: 2 } },
    ]);
  });

  it('disables the webhooks that they made where that is asked for, and can be repeated', async () => {
    const endpoint = { url: 'http://127.0.0.1:40009/', events: ['supplier.created'] };
    const [disabled, kept] = [
      (await new Webhooks(old.client).create(endpoint)).body.id as string,
      (await new Webhooks(young.client).create(endpoint)).body.id as string,
    ];
    const { integrationId } = old;
    const args = ['--integration', integrationId, '--created-before', day(200), '--disable-webhooks'];
    expect(await revoke(...args)).toEqual({ code: 0, stdout: 'Revoked 1 token.\n', stderr: '' });
    const hooks = new Webhooks(young.client);
    expect([(await hooks.get(disabled)).body.active, (await hooks.get(kept)).body.active]).toEqual([
      false,
      true,
    ]);
    expect(await revoke(...args)).toEqual({ code: 0, stdout: 'Revoked before: 1 token.\n', stderr: '' });
  });

  it('tells on standard error how far it has come, while there is more to do', async () => {
    await givenTokens(app, young, MANY);
    const run = await revoke('--integration', young.integrationId, '--json');
    const { outcomes, tokens } = printed(run);
    expect([outcomes, tokens.length]).toEqual([{ revoked: MANY + 2 }, MANY + 2]);
    expect(run.stderr).toBe('1000 of 2502 tokens so far\n2000 of 2502 tokens so far\n');
    await untilDead(young, old);
    expect(await accepted(beside, foreign)).toEqual([beside, foreign]);
  });

  it('says that no token fits, which is no failure', async () => {
    const run = await revoke('--company', young.slug, '--created-before', '2020-01-01');
    expect(run).toEqual({ code: 0, stdout: 'No token fits.\n', stderr: '' });
  });
});

describe('token:revoke', () => {
  it.each<[what: string, args: () => string[], complaint: RegExp]>([
    ['without saying which', () => [], /^Specify a token id, --integration or --company\.\n$/],
    ['for an integration that is not there', () => ['--integration', 'int_1'], /Integration not found/],
    [
      'of one token among those of a company',
      () => [young.tokenId, '--company', foreign.slug],
      /cannot be combined/,
    ],
    ['before a day that is none', () => ['--created-before', '2026-02-31'], /'2026-02-31' is invalid/],
    ['with a prefix that fits all', () => ['--prefix', 'eudr_live_'], /'eudr_live_' is invalid/],
  ])(
    '%s is refused with exit code 1 and a clear sentence, and revokes nothing',
    async (_what, args, words) => {
      const { code, stdout, stderr } = await revoke(...args());
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(words)]);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(await accepted(young, foreign)).toEqual([young, foreign]);
    },
  );
});
