import { isDeepStrictEqual } from 'node:util';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { InvitationsService } from '../../../src/identity/invitations/invitations.service.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { changeToken, givenErp } from '../../support/app/factories.js';
import { givenAccount, signedIn, signIn } from '../../support/people/accounts.js';
import { givenPerson } from '../../support/people/members.js';
import { PASSWORD } from '../../support/people/usual-password.js';
import { until } from '../../support/processes/processes.js';

let here: TestApp;
let elsewhere: TestApp;
beforeAll(async () => {
  here = await startApp();
  elsewhere = await startApp({}, here.env);
});
afterAll(async () => {
  await elsewhere.close();
  await here.close();
});

/** The same caller at the other process. Both answer from their caches by then. */
async function alsoThere(client: Client): Promise<Client> {
  for (const { nest } of [here, elsewhere])
    await until(() => Promise.resolve(nest.get(RevocationEpoch).isFresh()));
  return new Client(elsewhere.url, client.token);
}

/** Asserts that both processes answer so before something is gained, and otherwise after it: here at once. */
async function expectGain<Seen>(
  client: Client,
  see: (client: Client) => Promise<Seen>,
  [before, after]: [Seen, Seen],
  gain: () => Promise<unknown>,
): Promise<void> {
  const there = await alsoThere(client);
  expect([await see(client), await see(there)]).toEqual([before, before]);
  await gain();
  expect(await see(client)).toEqual(after);
  await until(async () => isDeepStrictEqual(await see(there), after));
}

const statusOf =
  (path: string) =>
  async (client: Client): Promise<number> =>
    (await client.get(path)).status;

it('a role that someone gains is seen at once, and soon in other processes', async () => {
  const admin = await givenPerson(here);
  const member = await givenPerson(here, { erp: admin.erp, roles: ['ROLE_VIEWER'] });
  const users = `/apiops/projects/${admin.slug}/users/`;
  await expectGain(member.client, statusOf(users), [403, 200], () =>
    admin.client.put(`${users}${member.userId}/roles/`, { roles: ['ROLE_ADMIN'] }),
  );
});

it('a higher limit is', async () => {
  const erp = await givenErp(here);
  await changeToken(here, erp.tokenId, { rateLimitPerMinute: 5 });
  const limitOf = async (client: Client): Promise<string | null> =>
    (await client.get('/auth/test')).headers.get('x-ratelimit-limit');
  await expectGain(erp.client, limitOf, ['5', '500'], () =>
    changeToken(here, erp.tokenId, { rateLimitPerMinute: 500 }),
  );
});

it('an integration that is active again is', async () => {
  const { client, slug, erp } = await givenPerson(here);
  const path = `/apiops/projects/${slug}/integrations/${erp.integrationId}`;
  await client.post(`${path}/deactivate/`);
  await until(async () => (await statusOf('/auth/test')(new Client(elsewhere.url, erp.token))) === 403);
  await expectGain(erp.client, statusOf('/auth/test'), [403, 200], () => client.post(`${path}/activate/`));
});

it('a person who is enabled again is: with the tokens that had not ended, and without what had', async () => {
  const admin = await givenPerson(here);
  const account = await givenAccount(here, { companyId: admin.companyId });
  const { client: session } = await signedIn(here, account);
  const [kept, revoked] = await Promise.all(
    ['kept', 'revoked'].map(
      async (name) => (await session.post('/apiops/tokens/', { name, expires: 'never' })).body,
    ),
  );
  await session.post(`/apiops/tokens/${revoked.id}/revoke/`);
  const path = `/apiops/projects/${admin.slug}/users/${account.id}`;
  const projects = '/apiops/projects/';
  const token = new Client(here.url, kept.token as string);
  await admin.client.post(`${path}/disable/`);
  await until(async () => (await statusOf(projects)(new Client(elsewhere.url, token.token))) === 401);
  await expectGain(token, statusOf(projects), [401, 200], () => admin.client.post(`${path}/enable/`));
  for (const dead of [session, new Client(here.url, revoked.token as string)]) {
    expect(await statusOf(projects)(dead)).toBe(401);
    expect(await statusOf(projects)(await alsoThere(dead))).toBe(401);
  }
  expect((await signIn(here, account.email)).status).toBe(200);
});

it('a company that someone joins is seen at once, and soon in other processes', async () => {
  const [one, host] = [await givenAccount(here), await givenAccount(here)];
  const { client } = await signedIn(here, one);
  const there = await alsoThere(client);
  const countOf = async (who: Client): Promise<number> =>
    (await who.get('/apiops/projects')).body.resultCount;
  expect([await countOf(client), await countOf(there)]).toEqual([1, 1]);
  const { link } = await here.database.transaction((tx) =>
    here.nest.get(InvitationsService).invite(tx, {
      companyId: host.companyId,
      email: one.email,
      roles: ['ROLE_VIEWER'],
      by: BY_OPERATOR,
    }),
  );
  const [token] = /eudr_inv_[0-9a-f]{48}/.exec(link) as unknown as [string];
  const accepted = await new Client(here.url).post('/api/v1/auth/invitations/accept/', {
    token,
    password: PASSWORD,
  });
  expect(accepted.status).toBe(200);
  expect(await countOf(client)).toBe(2);
  await until(async () => (await countOf(there)) === 2);
});
