import { command, commandReading } from '../../support/app/commands.js';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import { Company } from '../../../src/identity/companies/company.entity.js';
import { UsersService } from '../../../src/identity/users/users.service.js';
import { auditOf } from '../../support/app/audit.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { givenErp } from '../../support/app/factories.js';
import { changePerson, givenPerson } from '../../support/people/members.js';
import { type Ended, eudrReading, mailed, until } from '../../support/processes/processes.js';
import { givenAccount, signedIn, signIn } from '../../support/people/accounts.js';
import { PASSWORD } from '../../support/people/usual-password.js';
import { FIRST_PAGE } from '../../support/paging/pages.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** What a successful run with `--json` printed. */
function printed({ code, stdout, stderr }: Ended): Record<string, unknown> {
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Asserts that a run printed nothing but a complaint, in words rather than a stack trace. */
function expectRefused({ code, stdout, stderr }: Ended, complaint: RegExp, password = PASSWORD): void {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(complaint);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain(password);
}

const anyone = (): Client => new Client(app.url);

const companiesCalled = (name: string): Promise<number> =>
  app.database.read((manager) => manager.countBy(Company, { name }));

describe('bootstrap with --email and --password-stdin', () => {
  const bootstrap = (company: string, email: string, ...more: string[]): Promise<Ended> =>
    eudrReading(
      `${PASSWORD}\n`,
      app.env,
      ...['bootstrap', '--company', company, '--email', email, '--password-stdin', ...more],
    );

  it('makes an administrator of the company, who signs in with the password', async () => {
    const run = await bootstrap('First', 'First@acme.example', '--json');
    const setup = printed(run);
    expect(Object.keys(setup)).toEqual(['companyId', 'integrationId', 'token', 'userId']);
    expect(run.stdout).not.toContain(PASSWORD);
    const { status, body } = await signIn(app, 'first@acme.example');
    expect([status, body]).toMatchObject([
      200,
      { id: setup['userId'], company_id: setup['companyId'], profile: { roles: ['ROLE_ADMIN'] } },
    ]);
    expect((await new Client(app.url, setup['token'] as string).get('/auth/test')).status).toBe(200);
  });

  it('tells a person whom it made; for an address that has an account it makes nothing at all', async () => {
    const { code, stdout } = await bootstrap('Second', 'second@acme.example');
    expect([code, stdout.split('\n').map((line) => line.split(/ +/).slice(0, 3))]).toEqual([
      0,
      [
        ['Company', expect.stringMatching(/^com_/), '(second)'],
        ['Integration', expect.stringMatching(/^int_/)],
        ['User', expect.stringMatching(/^usr_/), '(second@acme.example),'],
        ['Token', expect.stringMatching(/^eudr_live_[0-9a-f]{48}$/)],
        ['The', 'token', 'is'],
        [''],
      ],
    ]);
    expectRefused(
      await bootstrap('Third', 'second@acme.example', '--json'),
      /account with this email address/,
    );
    expect(await companiesCalled('Third')).toBe(0);
  });

  it.each([['--email', 'third@acme.example'], ['--password-stdin']])(
    'refuses %s without the other, and makes nothing',
    async (...option) => {
      const run = await commandReading(PASSWORD, app.env, 'bootstrap', '--company', 'Third', ...option);
      expectRefused(run, /--email and --password-stdin/);
      expect(await companiesCalled('Third')).toBe(0);
    },
  );
});

describe('user:list', () => {
  it('shows the members of a company, with roles and whether they are disabled', async () => {
    const { companyId, slug } = await givenErp(app);
    for (const email of ['first.listed@acme.example', 'second.listed@acme.example'])
      await command(app.env, 'user:create', email, '--company', slug, '--roles', 'ROLE_ADMIN');
    await command(app.env, 'user:disable', 'second.listed@acme.example');
    const run = await command(app.env, 'user:list', '--company', companyId, '--json');
    expect(printed(run)).toMatchObject([
      { email: 'first.listed@acme.example', roles: ['ROLE_ADMIN'], verified: true, disabledAt: null },
      { email: 'second.listed@acme.example', disabledAt: expect.any(String) },
    ]);
    const { stdout } = await command(app.env, 'user:list', '--company', slug);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(1, 5));
    expect(lines).toEqual([
      ['email', 'roles', 'verified', 'state'],
      ['first.listed@acme.example', 'ROLE_ADMIN', 'yes', 'active'],
      ['second.listed@acme.example', 'ROLE_ADMIN', 'yes', 'disabled'],
    ]);
  });
});

describe('user:create', () => {
  it('makes a member who signs in with the password that it reads, and shows it nowhere', async () => {
    const { companyId, slug } = await givenErp(app);
    const args = ['--company', slug, '--roles', 'ROLE_VIEWER,ROLE_API_SECURITY', '--password-stdin'];
    const run = await commandReading(PASSWORD, app.env, 'user:create', 'Ada@acme.example', ...args, '--json');
    const roles = ['ROLE_API_SECURITY', 'ROLE_VIEWER'];
    const created = printed(run);
    expect(created).toEqual({
      id: expect.stringMatching(/^usr_/),
      email: 'ada@acme.example',
      companyId,
      roles,
    });
    expect(run.stdout).not.toContain(PASSWORD);
    const { status, body } = await signIn(app, 'ada@acme.example');
    expect([status, body.id, body.company_id]).toEqual([200, created['id'], companyId]);
  });

  it('without a password makes a member who cannot sign in', async () => {
    const { companyId } = await givenErp(app);
    const args = ['--company', companyId, '--roles', 'ROLE_ADMIN'];
    const { code, stdout } = await command(app.env, 'user:create', 'script@acme.example', ...args);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^script@acme\.example \(usr_\w+\) is a member with ROLE_ADMIN\.\n$/),
    ]);
    expect((await signIn(app, 'script@acme.example')).status).toBe(401);
  });

  it.each<[what: string, email: string, role: string, password: string, complaint: RegExp]>([
    [
      'an address that has an account',
      'taken@x.example',
      'ROLE_VIEWER',
      PASSWORD,
      /account with this email address/,
    ],
    ['a role that is none', 'free@x.example', 'ROLE_ROOT', PASSWORD, /'ROLE_ROOT' is invalid.*ROLE_ADMIN/],
    ['a short password', 'free@x.example', 'ROLE_VIEWER', 'hunter2', /12 to 256 characters/],
  ])('refuses %s, and shows no password', async (_what, email, role, password, complaint) => {
    const { companyId } = await givenErp(app);
    if (email.startsWith('taken')) await changePerson(app, (await givenAccount(app)).id, { email });
    const args = ['user:create', email, '--company', companyId, '--roles', role, '--password-stdin'];
    expectRefused(await commandReading(password, app.env, ...args), complaint, password);
    expect((await app.nest.get(UsersService).list(companyId, FIRST_PAGE)).items).toEqual([]);
  });
});

describe('user:invite', () => {
  const invite = (email: string, company: string, ...more: string[]): Promise<Ended> =>
    command(app.env, 'user:invite', email, '--company', company, '--roles', 'ROLE_ADMIN', ...more);

  it('prints a link beside the one that it mails, by which someone becomes a member of a company without any', async () => {
    const { companyId, slug } = await givenErp(app);
    const invitation = printed(await invite('Bea@acme.example', slug, '--json'));
    expect(invitation).toEqual({
      id: expect.stringMatching(/^inv_/),
      email: 'bea@acme.example',
      companyId,
      roles: ['ROLE_ADMIN'],
      expiresAt: expect.any(String),
      link: expect.stringMatching(/^http:\/\/localhost:3000\/console\/invitation#eudr_inv_[0-9a-f]{48}$/),
    });
    const link = invitation['link'] as string;
    await until(() => Promise.resolve(mailed(app.env).includes('/console/invitation#eudr_inv_')));
    expect(mailed(app.env)).not.toContain(link);
    const [, token = ''] = link.split('#');
    const { items: entries } = await app.nest.get(AuditReader).page(companyId, {}, { page: 1, size: 1 });
    expect(entries).toMatchObject([{ action: 'user.invited', actor: { kind: 'operator' } }]);
    expect(JSON.stringify(entries)).not.toContain(token.slice(-48));
    const accepted = await anyone().post('/api/v1/auth/invitations/accept', { token, password: PASSWORD });
    expect([accepted.status, accepted.body]).toMatchObject([200, { company_id: companyId }]);
    const { body } = await signIn(app, 'bea@acme.example');
    expect(body).toMatchObject({ is_verified: false, profile: { roles: ['ROLE_ADMIN'] } });
  });

  it('refuses a company that is not there', async () => {
    expectRefused(await invite('dan@acme.example', 'nowhere', '--json'), /There is no company nowhere/);
  });
});

describe('user:verify', () => {
  it('verifies an address, and ends the sessions and tokens that were made before', async () => {
    const account = await givenAccount(app);
    const { client } = await signedIn(app, account);
    const { body } = await client.post('/apiops/tokens/', { name: 'A', expires: 'never' });
    await changePerson(app, account.id, { verified: false });
    const { id, email } = account;
    const verified = printed(await command(app.env, 'user:verify', email, '--json'));
    expect(verified).toEqual({ id, email, verified: true });
    for (const ended of [client, new Client(app.url, body.token as string)])
      await until(async () => (await ended.get('/apiops/projects/')).status === 401);
    expect((await signIn(app, email)).body.is_verified).toBe(true);
  });
});

describe('user:password', () => {
  const setPassword = (email: string, password: string): Promise<Ended> =>
    commandReading(password, app.env, 'user:password', email, '--password-stdin', '--json');

  it('lets someone who lost their password sign in by the new one, and ends their sessions', async () => {
    const account = await givenAccount(app);
    const { client } = await signedIn(app, account);
    const { id, email } = account;
    expect(printed(await setPassword(email, 'another battery, a better one'))).toEqual({ id, email });
    await until(async () => (await client.get('/apiops/projects/')).status === 401);
    expect((await signIn(app, email)).status).toBe(401);
    expect((await signIn(app, email, 'another battery, a better one')).status).toBe(200);
    const [entry] = await auditOf(app, account.companyId, { action: 'password.changed' });
    expect(entry).toMatchObject({ actor: { kind: 'operator' }, target: { id } });
  });

  it('refuses one that is too short, and an address that has no account', async () => {
    const { email } = await givenAccount(app);
    expectRefused(await setPassword(email, 'short'), /12 to 256 characters/, 'short-of');
    expectRefused(await setPassword('nobody@acme.example', PASSWORD), /There is no user nobody@acme/);
  });
});

describe('user:disable', () => {
  it('ends what someone has in the running server, even if they left the company that they began in', async () => {
    const { email, userId, client } = await givenPerson(app, { roles: ['ROLE_VIEWER'] });
    const { companyId: left } = await givenErp(app);
    await changePerson(app, userId, { defaultCompanyId: left });
    const disabled = printed(await command(app.env, 'user:disable', email, '--json'));
    expect(disabled).toEqual({ id: userId, email, disabledAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    await until(async () => (await client.get('/apiops/projects/')).status === 401);
  });
});

describe('pat:create', () => {
  const create = (user: string, ...more: string[]): Promise<Ended> =>
    command(app.env, 'pat:create', '--user', user, '--name', 'rotation script', ...more);

  it('prints a token by which its owner’s scripts call /apiops until it expires', async () => {
    const { email, slug } = await givenPerson(app);
    const created = printed(await create(email, '--expires', '2126-06-30', '--json'));
    expect(created).toMatchObject({
      token: expect.stringMatching(/^eudr_pat_[0-9a-f]{48}$/),
      id: expect.stringMatching(/^pat_/),
      name: 'rotation script',
      expiresAt: '2126-06-30T00:00:00.000Z',
    });
    const { status, body } = await new Client(app.url, created['token'] as string).get('/apiops/projects/');
    expect([status, body.resultList]).toMatchObject([200, [{ name: slug }]]);
  });

  it.each([
    ['for someone who is not there', ['nobody@acme.example'], /There is no user nobody@acme\.example/],
    [
      'that has expired',
      ['a@acme.example', '--expires', '2020-01-01'],
      /'2020-01-01' is invalid.*in the future/,
    ],
  ])('refuses a token %s', async (_what, [user, ...more], complaint) => {
    expectRefused(await create(user as string, ...more), complaint);
  });
});
