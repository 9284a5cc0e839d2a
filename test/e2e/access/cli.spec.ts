import { SCOPES } from '../../../src/auth/principal/scopes.js';
import { command } from '../../support/app/commands.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { freshDatabase } from '../../support/databases/database.js';
import { givenErp } from '../../support/app/factories.js';
import { type Ended, eudr, until } from '../../support/processes/processes.js';

const RAW_TOKEN = /eudr_live_[0-9a-f]{48}/;
const DAY_MS = 86_400_000;

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
    expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, 2]);
    expect(stdout).toContain(erp.tokenId);
    expect(stdout).not.toMatch(RAW_TOKEN);
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
