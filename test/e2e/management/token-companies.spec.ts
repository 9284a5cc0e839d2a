import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { MembersService } from '../../../src/identity/members/members.service.js';
import { UsersService } from '../../../src/identity/users/users.service.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { expectManagementError } from '../../support/http/expect-error.js';
import { type Account, givenAccount, signedIn } from '../../support/people/accounts.js';
import { signedInBefore } from '../../support/people/old-sign-in.js';

const HOUR_MS = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const join = (userId: string, companyId: string): Promise<void> =>
  app.database.transaction(async (tx) => {
    await app.nest.get(UsersService).join(tx, userId, companyId, ['ROLE_ADMIN']);
    await app.nest.get(RevocationEpoch).bump(tx);
  });

const leave = (userId: string, companyId: string): Promise<void> =>
  app.database.transaction((tx) =>
    app.nest.get(MembersService).remove(tx, { userId, companyId, by: BY_OPERATOR }),
  );

const projectsOf = async (token: string): Promise<string[]> => {
  const { body } = await new Client(app.url, token).get('/apiops/projects/');
  return body.resultList.map(({ id }: { id: string }) => id);
};

async function givenToken(): Promise<{ account: Account; client: Client; id: string; token: string }> {
  const account = await givenAccount(app);
  await givenAccount(app, { companyId: account.companyId });
  const { client } = await signedIn(app, account);
  const { body } = await client.post('/apiops/tokens/', { name: 'A', expires: 'never' });
  return { account, client, id: body.id as string, token: body.token as string };
}

describe('a personal token', () => {
  it('acts in no company that its owner joined later, until a recent sign-in says so', async () => {
    const { account, id, token } = await givenToken();
    const { companyId: joined } = await givenErp(app);
    await join(account.id, joined);
    expect(await projectsOf(token)).toEqual([account.companyId]);
    const { client } = await signedIn(app, account);
    const shown = async () =>
      (await client.get('/apiops/tokens/')).body.resultList.find((one: { id: string }) => one.id === id);
    expect((await shown()).companies).toEqual([account.companyId]);
    const patched = await client.send('PATCH', `/apiops/tokens/${id}/`, { companies: [joined] });
    expect([patched.status, patched.body.token]).toEqual([200, await shown()]);
    expect(patched.body.token.companies).toEqual([joined]);
    expect(await projectsOf(token)).toEqual([joined]);
  });

  it('acts no more in a company that its owner left and joined again', async () => {
    const { account, token } = await givenToken();
    await leave(account.id, account.companyId);
    await join(account.id, account.companyId);
    expect(await projectsOf(token)).toEqual([]);
  });

  it('makes none that acts where it cannot', async () => {
    const { account, token } = await givenToken();
    await join(account.id, (await givenErp(app)).companyId);
    const byToken = new Client(app.url, token);
    const { body } = await byToken.post('/apiops/tokens/', { name: 'B', expires: 'never' });
    expect(await projectsOf(body.token as string)).toEqual([account.companyId]);
  });

  it('is changed by no token, no older sign-in, and for no company of others', async () => {
    const { account, client, id, token } = await givenToken();
    const own = { companies: [account.companyId] };
    const path = `/apiops/tokens/${id}/`;
    const { client: before } = await signedInBefore(app, account);
    for (const caller of [new Client(app.url, token), before])
      expectManagementError(await caller.send('PATCH', path, own), 403, 'sign_in_again');
    const others = { companies: [(await givenErp(app)).companyId] };
    expectManagementError(await client.send('PATCH', path, others), 400, 'validation_failed', 'companies');
  });
});

it('a private token acts again in a company that was left and joined again once a recent sign-in says so', async () => {
  const { account, client } = await givenToken();
  const expiration_time = new Date(Date.now() + HOUR_MS).toISOString();
  const { body } = await client.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time });
  const byServer = new Client(app.url, body.data as string);
  const statusOf = async (): Promise<number> => (await byServer.get('/apiops/projects/')).status;
  await leave(account.id, account.companyId);
  await join(account.id, account.companyId);
  expect(await statusOf()).toBe(401);
  const { client: again } = await signedIn(app, account);
  const path = '/api/v1/auth/private_tokens/';
  const shown = async () => (await again.get(path)).body.results;
  expect(await shown()).toMatchObject([{ id: body.id, companies: [] }]);
  const companies = [account.companyId];
  const patched = await again.send('PATCH', `${path}${body.id}/`, { companies });
  expect([patched.status, [patched.body]]).toEqual([200, await shown()]);
  expect(patched.body).toMatchObject({ id: body.id, companies });
  expect(await statusOf()).toBe(200);
});
