import { AccessEpoch } from '../../../src/auth/credentials/access-epoch.js';
import { BY_OPERATOR } from '../../../src/audit/act.js';
import { InvitationsService } from '../../../src/identity/invitations/invitations.service.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
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

it('a company that someone joins is seen at once, and soon in other processes', async () => {
  const [one, host] = [await givenAccount(here), await givenAccount(here)];
  const { client } = await signedIn(here, one);
  const there = new Client(elsewhere.url, client.token);
  for (const { nest } of [here, elsewhere])
    await until(() => Promise.resolve(nest.get(AccessEpoch).isFresh()));
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
