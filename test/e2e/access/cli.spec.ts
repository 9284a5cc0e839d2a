import { SCOPES } from '../../../src/auth/principal/scopes.js';
import { productVersion } from '../../../src/version.js';
import { command } from '../../support/app/commands.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { freshDatabase } from '../../support/databases/database.js';
import { changeToken, givenErp } from '../../support/app/factories.js';
import { type Ended, eudr, until } from '../../support/processes/processes.js';

const RAW_TOKEN = /eudr_live_[0-9a-f]{48}/;
const DAY_MS = 86_400_000;

const fromNow = (distance: number): Date => new Date(Date.now() + distance);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** What a successful run with `--json` printed: one line, and nothing beside it. */
function printed<Result>({ code, stdout, stderr }: Ended): Result {
  expect({ code, stderr, lines: stdout.trimEnd().split('\n').length }).toEqual({
    code: 0,
    stderr: '',
    lines: 1,
  });
  return JSON.parse(stdout) as Result;
}

const statusAndError = async (token: string): Promise<[number, string | undefined]> => {
  const { status, body } = await new Client(app.url, token).get('/auth/test');
  return [status, body.error];
};

describe('bootstrap', () => {
  it('prints exactly the company, the integration and a token with all scopes, on an empty database', async () => {
    const env = await freshDatabase();
    const setup = printed<Record<string, string>>(
      await eudr(env, 'bootstrap', '--company', 'Café Ñandú', '--json'),
    );
    expect(setup).toEqual({
      companyId: expect.stringMatching(/^[a-z]+_[0-9a-z]{26}$/),
      integrationId: expect.stringMatching(/^[a-z]+_[0-9a-z]{26}$/),
      token: expect.stringMatching(/^eudr_live_[0-9a-f]{48}$/),
    });
    const there = await startApp({}, env);
    const { body } = await new Client(there.url, setup['token']).get('/auth/test');
    await there.close();
    expect(body).toMatchObject({
      company: 'cafe-nandu',
      integration: { id: setup['integrationId'], status: 'ACTIVE' },
    });
    expect([...body.token.scopes].sort()).toEqual([...SCOPES].sort());
  });
});

describe('token:create', () => {
  it('prints a token with its id, which has the scopes, life and limit that were asked for', async () => {
    const erp = await givenErp(app);
    const scopes = ['integration:dds:read', 'integration:sync:read'];
    const before = Date.now();
    const run = await command(
      app.env,
      ...[
        'token:create',
        '--integration',
        erp.integrationId,
        '--name',
        'nightly',
        '--scopes',
        scopes.join(','),
      ],
      ...['--expires-in-days', '7', '--requests-per-minute', '9', '--json'],
    );
    const created = printed<{ token: string; id: string }>(run);
    expect(created.token).toMatch(/^eudr_live_[0-9a-f]{48}$/);
    const { body, headers } = await new Client(app.url, created.token).get('/auth/test');
    expect(body.token).toMatchObject({ id: created.id, name: 'nightly', scopes });
    expect(headers.get('x-ratelimit-limit')).toBe('9');
    const life = Date.parse(body.token.expiresAt as string) - before;
    expect(life).toBeGreaterThanOrEqual(7 * DAY_MS);
    expect(life).toBeLessThan(7 * DAY_MS + 60_000);
    expect(run.stdout).not.toContain('hash');
  });

  const create = (...args: string[]): Promise<Ended> =>
    command(app.env, 'token:create', '--name', 'x', '--json', ...args);
  const integration = 'int_01kan2x5v6fkrb3m1s3c1v9y7t';

  it.each<[what: string, args: string[], complaint: RegExp]>([
    [
      'a scope that is none',
      ['--integration', integration, '--scopes', 'integration:suppliers:read,integration:all'],
      /integration:all/,
    ],
    [
      'an integration that is not there',
      ['--integration', integration, '--scopes', SCOPES[0]],
      /integration/i,
    ],
    ['no scopes', ['--integration', integration], /scopes/],
    [
      'a life of no days',
      ['--integration', integration, '--scopes', SCOPES[0], '--expires-in-days', '0'],
      /days/,
    ],
  ])('refuses %s: exit code 1, a clear sentence, and no token', async (_what, args, complaint) => {
    const { code, stdout, stderr } = await create(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('token:list', () => {
  it('shows what is known of each token of an integration, and never a token or its hash', async () => {
    const erp = await givenErp(app);
    const stranger = await givenErp(app);
    const run = await command(app.env, 'token:list', '--integration', erp.integrationId, '--json');
    const tokens = printed<Record<string, unknown>[]>(run);
    expect(tokens).toMatchObject([
      { id: erp.tokenId, name: 'test', prefix: erp.token.slice(0, 18), revokedAt: null },
    ]);
    expect(run.stdout).not.toMatch(RAW_TOKEN);
    expect(run.stdout).not.toMatch(/[0-9a-f]{64}/);
    expect(run.stdout).not.toContain(stranger.tokenId);
  });

  it('tells a person the same in columns', async () => {
    const erp = await givenErp(app);
    const { code, stdout } = await command(app.env, 'token:list', '--integration', erp.integrationId);
    const [names, line] = stdout.split('\n').map((row) => row.split(/ {2,}/));
    expect([code, names]).toEqual([
      0,
      ['id', 'name', 'prefix', 'state', 'integration', 'last used', 'expires', 'scopes'],
    ]);
    expect(line?.slice(0, 5)).toEqual([
      erp.tokenId,
      'test',
      erp.token.slice(0, 18),
      'live',
      erp.integrationId,
    ]);
    expect(stdout).not.toMatch(RAW_TOKEN);
  });
});

describe('token:list for a person', () => {
  const lineOf = async (erp: { integrationId: string; tokenId: string }): Promise<string[]> => {
    const { stdout } = await command(app.env, 'token:list', '--integration', erp.integrationId);
    const found = stdout.split('\n').find((row) => row.startsWith(erp.tokenId));
    return found?.split(/ {2,}/) ?? [];
  };

  it.each<[change: object, state: string, lastUsed: string, expires: string]>([
    [{ lastUsedAt: null, expiresAt: null }, 'live', 'never', 'never'],
    [
      { lastUsedAt: fromNow(-3.5 * 60_000), expiresAt: fromNow(12.5 * DAY_MS) },
      'live',
      '3 minutes ago',
      'in 12 days',
    ],
    [
      { lastUsedAt: fromNow(-1.5 * DAY_MS), expiresAt: fromNow(-3.5 * 3_600_000) },
      'expired',
      '1 day ago',
      '3 hours ago',
    ],
  ])('says how far times are from now: %j', async (change, ...told) => {
    const erp = await givenErp(app);
    await changeToken(app, erp.tokenId, change);
    const [, , , state, , lastUsed, expires] = await lineOf(erp);
    expect([state, lastUsed, expires]).toEqual(told);
  });

  it('names the scopes, and all of them as "all"', async () => {
    const scopes = ['integration:dds:read', 'integration:sync:read'] as const;
    expect((await lineOf(await givenErp(app, { scopes: [...scopes] }))).at(-1)).toBe(scopes.join(','));
    expect((await lineOf(await givenErp(app, { scopes: [...SCOPES] }))).at(-1)).toBe('all');
  });
});

describe('company:list and integration:list', () => {
  it('show what is there, with the ids that other commands take', async () => {
    const erp = await givenErp(app);
    const companies = printed<object[]>(await command(app.env, 'company:list', '--json'));
    expect(companies).toContainEqual({
      id: erp.companyId,
      slug: erp.slug,
      name: expect.any(String),
      createdAt: expect.any(String),
    });
    const integrations = await command(app.env, 'integration:list', '--company', erp.slug, '--json');
    expect(printed<object[]>(integrations)).toEqual([
      {
        id: erp.integrationId,
        companyId: erp.companyId,
        name: expect.any(String),
        type: expect.any(String),
        status: 'ACTIVE',
        createdAt: expect.any(String),
      },
    ]);
    const told = await command(app.env, 'integration:list', '--company', erp.companyId);
    expect(told.stdout).toMatch(new RegExp(`^id +name +type +status +created\n${erp.integrationId} `));
    expect((await command(app.env, 'company:list')).stdout).toContain(erp.companyId);
  });

  it('say that a company is not there', async () => {
    const { code, stderr } = await command(app.env, 'integration:list', '--company', 'nobody');
    expect([code, stderr]).toEqual([1, 'There is no company nobody.\n']);
  });
});

describe('status', () => {
  it('tells version, database and counts, and no password', async () => {
    const env = await freshDatabase();
    await command(env, 'bootstrap', '--company', 'Acme');
    const run = await command(env, 'status', '--json');
    expect(printed<object>(run)).toEqual({
      version: productVersion(),
      database: expect.any(String),
      upToDate: true,
      migrations: expect.any(Number),
      companies: 1,
      integrations: 1,
      tokens: 1,
      webhooks: 0,
      users: 0,
    });
    const { stdout } = await command(env, 'status');
    expect(stdout).toMatch(
      /^Version {7}\S+\nDatabase {6}\S.*\nMigrations {4}up to date \(\d+\)\nCompanies {5}1\n/,
    );
    expect(stdout).not.toMatch(/:\/\/|@/);
  });

  it('changes nothing in a database that is behind, says so, and ends with code 3', async () => {
    const env = await freshDatabase();
    for (const time of ['first', 'second']) {
      const { code, stdout } = await command(env, 'status', '--json');
      expect([time, code, JSON.parse(stdout)]).toMatchObject([
        time,
        3,
        { upToDate: false, problem: expect.stringContaining('migrate') },
      ]);
    }
    expect((await command(env, 'status')).stdout).toMatch(/^Migrations +The database is behind/m);
  });
});

describe('token:revoke', () => {
  it('ends a token in the running server', async () => {
    const erp = await givenErp(app);
    const answer = printed<object>(await command(app.env, 'token:revoke', erp.tokenId, '--json'));
    expect(answer).toMatchObject({ id: erp.tokenId, revokedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    await until(async () => (await statusAndError(erp.token))[1] === 'TOKEN_REVOKED');
    expect(await statusAndError(erp.token)).toEqual([401, 'TOKEN_REVOKED']);
  });

  it('fails with a clear sentence for a token that is not there', async () => {
    const { code, stdout, stderr } = await command(
      app.env,
      'token:revoke',
      'tok_01kan2x5v6fkrb3m1s3c1v9y7t',
      '--json',
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/token/i);
  });
});

describe('integration:deactivate and integration:activate', () => {
  it('shut an ERP out and let it in again', async () => {
    const erp = await givenErp(app);
    const off = printed<object>(
      await command(app.env, 'integration:deactivate', erp.integrationId, '--json'),
    );
    expect(off).toMatchObject({ id: erp.integrationId, status: 'INACTIVE' });
    await until(async () => (await statusAndError(erp.token))[1] === 'INTEGRATION_INACTIVE');
    const on = printed<object>(await command(app.env, 'integration:activate', erp.integrationId, '--json'));
    expect(on).toMatchObject({ id: erp.integrationId, status: 'ACTIVE' });
    await until(async () => (await statusAndError(erp.token))[0] === 200);
    expect(await statusAndError(erp.token)).toEqual([200, undefined]);
  });

  it('fail with a clear sentence for an integration that is not there', async () => {
    const { code, stderr } = await command(
      app.env,
      'integration:deactivate',
      'int_01kan2x5v6fkrb3m1s3c1v9y7t',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/integration/i);
  });
});

it('a wrong variable stops a command with its name, not its value', async () => {
  const { code, stderr } = await eudr({ ...app.env, ...{ PORT: 'hunter2' } }, 'token:list', '--json');
  expect(code).toBe(1);
  expect(stderr).toContain('PORT');
  expect(stderr).not.toContain('hunter2');
});
