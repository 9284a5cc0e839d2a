import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { expectError, expectManagementError } from '../../support/http/expect-error.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { changePerson, changeRoles, givenPerson, type Person } from '../../support/people/members.js';

const HOUR_MS = 3_600_000;

let app: TestApp;
let person: Person;
beforeAll(async () => {
  app = await startApp();
  person = await givenPerson(app);
});
afterAll(() => app.close());

const hello = (token: string | undefined) => new Client(app.url, token).get('/apiops/test/hello/Ada');

describe('a personal token', () => {
  it('is accepted, with or without the slash at the end', async () => {
    for (const path of ['/apiops/test/hello/Ada', '/apiops/test/hello/Ada/']) {
      const { status, body } = await person.client.get(path);
      expect([status, body]).toEqual([200, 'Hello Ada']);
    }
  });

  it('is shown once where it is made, and works', async () => {
    const { status, body } = await person.client.post('/apiops/tokens/', {
      name: 'script',
      expires: 'never',
    });
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        id: expect.stringMatching(/^pat_/),
        name: 'script',
        token: expect.stringMatching(/^eudr_pat_[0-9a-f]{48}$/),
        prefix: body.token.slice(0, 'eudr_pat_'.length + 8),
        expires: 'never',
        revokedAt: null,
        lastUsedAt: null,
        createdAt: expect.any(String),
        madeBy: person.tokenId,
        changedBy: null,
        companies: [person.companyId],
      },
    ]);
    expect((await hello(body.token)).status).toBe(200);
    const list = await person.client.get('/apiops/tokens/');
    expect(list.body.resultList.map(({ id }: { id: string }) => id)).toContain(body.id);
    expect(JSON.stringify(list.body)).not.toContain(body.token);
  });

  it('works no more once its owner has revoked it', async () => {
    const { body } = await person.client.post('/apiops/tokens/', { name: 'short', expires: 'never' });
    const revoked = await person.client.post(`/apiops/tokens/${body.id}/revoke/`);
    expect([revoked.status, revoked.body.token.revokedAt]).toEqual([200, expect.any(String)]);
    expectManagementError(await hello(body.token), 401, 'invalid_token');
  });

  it('cannot be revoked by another person, who is told that there is none', async () => {
    const other = await givenPerson(app, { erp: person.erp });
    expectManagementError(
      await other.client.post(`/apiops/tokens/${person.tokenId}/revoke/`),
      404,
      'not_found',
    );
    expect((await hello(person.token)).status).toBe(200);
  });

  it('cannot create one that expires later', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS);
    const { client } = await givenPerson(app, { expiresAt });
    for (const expires of ['never', new Date(expiresAt.getTime() + 1_000).toISOString()]) {
      expectManagementError(
        await client.post('/apiops/tokens/', { name: 'longer', expires }),
        403,
        'outlives_maker',
      );
    }
    const sooner = { name: 'sooner', expires: new Date(expiresAt.getTime() - 1_000).toISOString() };
    expect((await client.post('/apiops/tokens/', sooner)).status).toBe(201);
  });

  it('is made by who has signed in, and not by a private token, which acts in one company only', async () => {
    const { client } = await signedIn(app, await givenAccount(app));
    const input = { name: 'from a session', expires: 'never' };
    expect((await client.post('/apiops/tokens/', input)).status).toBe(201);
    const expiration_time = new Date(Date.now() + HOUR_MS).toISOString();
    const { body } = await client.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time });
    const byServer = new Client(app.url, body.data);
    expect((await byServer.get('/apiops/projects')).status).toBe(200);
    const soon = new Date(Date.now() + HOUR_MS / 2).toISOString();
    for (const expires of ['never', soon])
      expectManagementError(await byServer.post('/apiops/tokens/', { name: 'A', expires }), 403, 'forbidden');
  });

  it.each([
    ['a name that is missing', { expires: 'never' }, ['name']],
    ['an expiry that is missing', { name: 'A' }, ['expires']],
    ['an expiry in the past', { name: 'A', expires: '2020-01-01' }, ['expires']],
    ['an expiry that is no time', { name: 'A', expires: 'soon' }, ['expires']],
    ['an owner of the caller’s choice', { name: 'A', expires: 'never', userId: 'usr_1' }, ['userId']],
  ])('is not made with %s', async (_, body, paths) => {
    expectManagementError(
      await person.client.post('/apiops/tokens/', body),
      400,
      'validation_failed',
      ...paths,
    );
  });
});

describe('whoever shows', () => {
  it.each([
    ['nothing', undefined],
    ['a personal token that never was', `eudr_pat_${'0'.repeat(48)}`],
    ['something of no known form', 'secret'],
  ])('%s is told so in the words of the management API', async (_, token) => {
    expectManagementError(await hello(token), 401, 'invalid_token');
  });

  it('an integration’s token is not let in to the management API, nor a personal one to the Integration API', async () => {
    expectManagementError(await hello(person.erp.token), 401, 'invalid_token');
    expectError(await person.client.get('/auth/test'), 401, 'INVALID_TOKEN_FORMAT');
  });

  it('an expired token is told so', async () => {
    const { token } = await givenPerson(app, { expiresAt: new Date(Date.now() - 1) });
    expectManagementError(await hello(token), 401, 'token_expired');
  });

  it('the token of someone who was disabled since is turned away', async () => {
    const { userId, token } = await givenPerson(app);
    expect((await hello(token)).status).toBe(200);
    await changePerson(app, userId, { disabledAt: new Date() });
    expectManagementError(await hello(token), 401, 'invalid_token');
  });
});

it('a role that is taken away is gone from every token of its holder at once', async () => {
  const holder = await givenPerson(app, { roles: ['ROLE_MANAGE_INTEGRATIONS'] });
  const create = (name: string) =>
    holder.client.post(`/apiops/projects/${holder.slug}/integrations/`, { name, type: 'SAP' });
  expect((await create('before')).status).toBe(201);
  await changeRoles(app, holder, ['ROLE_VIEWER']);
  expectManagementError(await create('after'), 403, 'forbidden');
});
