import { newId } from '../../../src/platform/ids/ids.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { command } from '../../support/app/commands.js';
import type { Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';

let app: TestApp;
let person: Person;
let session: Client;
beforeAll(async () => {
  app = await startApp();
  person = await givenPerson(app);
  session = (await signedIn(app, await givenAccount(app, { companyId: person.companyId }))).client;
});
afterAll(() => app.close());

const integrationPath = (): string => `/api/integrations/${person.erp.integrationId}`;

describe('an id that cannot be one of ours is the 404 of its kind', () => {
  const id = '01kan2x5v6fkrb3m1s3c1v9y7t';
  it.each([
    ['an integration', (text: string) => [`/api/integrations/int_${text}`, 'Integration not found.']],
    ['a webhook', (text: string) => [`/webhook-events/wh_${text}`, `No webhook found with id "wh_${text}"`]],
  ])('%s', async (what, of) => {
    const client = what === 'a webhook' ? person.erp.client : person.client;
    for (const text of ['é', `${id.slice(1)}é`, `${id} `, id.toUpperCase(), `8${id.slice(1)}`, '\u200b']) {
      const [path, message] = of(text) as [string, string];
      const { status, body } = await client.get(encodeURI(path));
      expect([status, body.message]).toEqual([404, message]);
    }
  });

  it('also in a bulk revocation', async () => {
    const path = `/apiops/projects/${person.slug}/tokens/revoke`;
    const ids = ['tok_é', newId('tok'), 'nothing'];
    const { body } = await person.client.post(path, { ids });
    expect(body.outcomes).toEqual({ not_found: 3 });
    expect((await person.client.post(path, { integration: 'int_é' })).status).toBe(404);
  });

  it.each([
    [['token:revoke', 'tok_é'], 'Token not found.'],
    [['token:revoke', '--integration', 'int_é'], 'Integration not found.'],
    [['integration:deactivate', 'int_é'], 'Integration not found.'],
    [['token:list', '--integration', 'int_é'], 'Integration not found.'],
    [['audit:verify', '--company', 'é'], 'There is no company é.'],
  ])('also of the command %j', async (args, message) => {
    const { code, stderr } = await command(app.env, ...args);
    expect([code, stderr.trim()]).toEqual([1, message]);
  });
});

describe('a moment outside the years 1970 to 9999, in whatever zone, is refused', () => {
  it.each(['9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00+01:00'])(
    '%s',
    async (at) => {
      const answers = await Promise.all([
        person.client.post('/apiops/tokens/', { name: 'A', expires: at }),
        session.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time: at }),
        person.client.post(`/apiops/projects/${person.slug}/tokens/revoke`, {
          createdBefore: at,
          dryRun: true,
        }),
        person.client.post(`/apiops/projects/${person.slug}/tokens/revoke`, {
          lastUsedBefore: at,
          dryRun: true,
        }),
        person.client.get(`/apiops/projects/${person.slug}/audit?since=${encodeURIComponent(at)}`),
        person.client.get(`/apiops/projects/${person.slug}/audit?until=${encodeURIComponent(at)}`),
        person.client.get(`/apiops/projects/${person.slug}/usage?from=${at.slice(0, 4)}-00-00`),
        person.erp.client.get(`/suppliers?since=${encodeURIComponent(at)}`),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    },
  );

  it('the last that is kept can be given', async () => {
    const expires = '9999-12-31T23:59:59.999Z';
    const { status, body } = await person.client.post('/apiops/tokens/', { name: 'A', expires });
    expect([status, body.expires]).toEqual([201, expires]);
  });
});

describe('a name of which nothing can be seen, or nothing at one end, is refused', () => {
  const ends = [' A', 'A\u00a0', 'A\n', '\u200bA', 'A\u2060', '\u202eA'];
  it.each(['', ' ', '\u200b', '\u00a0\u2060', '\u3164', 'A\u0000', ...ends])('%j', async (name) => {
    const answers = await Promise.all([
      person.client.post('/api/integrations', { name, type: 'SAP' }),
      person.client.put(integrationPath(), { name, type: 'SAP' }),
      person.client.post(`${integrationPath()}/tokens`, { name, scopes: ['integration:sync:read'] }),
      person.client.post('/apiops/tokens/', { name, expires: 'never' }),
      session.post('/api/v1/auth/private_tokens/', { name, expiration_time: '2027-01-01' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
  });

  it('in words that name the mend', async () => {
    const messageFor = async (name: string): Promise<unknown> =>
      (await person.client.post('/api/integrations', { name, type: 'SAP' })).body.details[0].message;
    expect(await messageFor('A ')).toBe('name must not begin or end with white space');
    expect(await messageFor('A\u200b')).toBe(
      'name must not begin or end with an invisible character; remove U+200B',
    );
    expect(await messageFor('\u200b')).toBe('name must not be blank');
  });

  it.each([
    ['bootstrap', 'not be blank', '--company', '\u200b'],
    ['bootstrap', 'white space', '--company', ' Acme'],
    ['pat:create', 'not be blank', '--user', 'a@b.example', '--name', ' \u2060'],
    ['pat:create', 'U+200B', '--user', 'a@b.example', '--name', 'A\u200b'],
  ])('also by the command %s: %s', async (name, complaint, ...args) => {
    const { code, stderr } = await command(app.env, name, ...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(complaint)]);
  });
});
