import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Company } from '../../../src/access/companies/company.entity.js';
import { startApp, type TestApp } from '../../support/app.js';
import { Client } from '../../support/client.js';
import { type Ended, eudrReading } from '../../support/processes.js';
import { PASSWORD, signIn } from '../../support/signed-in.js';

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
function expectRefused({ code, stdout, stderr }: Ended, complaint: RegExp): void {
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(complaint);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain(PASSWORD);
}

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
    expectRefused(await bootstrap('Third', 'second@acme.example', '--json'), /account with this address/);
    expect(await companiesCalled('Third')).toBe(0);
  });

  it.each([['--email', 'third@acme.example'], ['--password-stdin']])(
    'refuses %s without the other, and makes nothing',
    async (...option) => {
      const run = await eudrReading(PASSWORD, app.env, 'bootstrap', '--company', 'Third', ...option);
      expectRefused(run, /--email and --password-stdin/);
      expect(await companiesCalled('Third')).toBe(0);
    },
  );
});
