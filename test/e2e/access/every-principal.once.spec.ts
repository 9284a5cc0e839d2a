import { type Role, ROLES } from '../../../src/auth/principal/roles.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { givenErp } from '../../support/app/factories.js';
import { answersTo, byRoute, type ByRoute } from '../../support/http/route-matrix.js';
import { changePerson, givenPerson, type Person } from '../../support/people/members.js';
import { PEOPLE_ROUTES, type PeopleRoute } from '../../support/http/people-routes.js';
import { nameOf } from '../../support/http/routes.js';

const HOUR_MS = 3_600_000;
const OF_COMPANY = PEOPLE_ROUTES.filter(({ roles }) => roles.length > 0);

let app: TestApp;
/** Whose company the calls are about; nobody calls as them. */
let owner: Person;
beforeAll(async () => {
  app = await startApp();
  owner = await givenPerson(app);
});
afterAll(() => app.close());

/** Calls about the owner's company, and about an integration that it does not have, so that nothing changes. */
function call(client: Client, { method, path, body }: PeopleRoute, company = owner.slug): Promise<Answer> {
  const filled = path.replace(':company', company).replaceAll(/:[a-z]+/gi, 'none');
  return client.send(method, filled, body, { 'x-company': company });
}

const answersOf = (client: Client, routes: readonly PeopleRoute[]): Promise<ByRoute<string>> =>
  answersTo(routes, (route) => call(client, route));

describe.each<[string, () => Promise<string | undefined>, string]>([
  ['without a credential', () => Promise.resolve(undefined), '401 invalid_token'],
  ['with an integration token', async () => (await givenErp(app)).token, '401 invalid_token'],
  [
    'with an expired personal token',
    async () => (await givenPerson(app, { expiresAt: new Date(Date.now() - HOUR_MS) })).token,
    '401 token_expired',
  ],
  [
    'with a revoked personal token',
    async () => {
      const { client, tokenId, token } = await givenPerson(app, { erp: owner.erp });
      await client.post(`/apiops/tokens/${tokenId}/revoke`);
      return token;
    },
    '401 invalid_token',
  ],
  [
    'with the token of someone who was disabled',
    async () => {
      const { userId, token } = await givenPerson(app, { erp: owner.erp });
      await changePerson(app, userId, { disabledAt: new Date() });
      return token;
    },
    '401 invalid_token',
  ],
])('%s', (_, givenToken, answer) => {
  it('every route for people turns the caller away', async () => {
    const client = new Client(app.url, await givenToken());
    const forAccounts = PEOPLE_ROUTES.filter(({ caller }) => caller === 'account');
    const ofIntegrations = PEOPLE_ROUTES.filter(({ path }) => path.startsWith('/api/integrations'));
    expect(await answersOf(client, PEOPLE_ROUTES)).toEqual({
      ...byRoute(PEOPLE_ROUTES, () => answer),
      // That surface has its own words, which other tests look at.
      ...byRoute(ofIntegrations, () => expect.stringMatching(/^401 /)),
      // That surface says the same of every credential that does not hold.
      ...byRoute(forAccounts, () => '401 invalid_token'),
    });
  });
});

describe('an administrator of another company', () => {
  it('finds nothing on any route, by slug or by id, just as where there is no such company', async () => {
    const { client } = await givenPerson(app);
    for (const route of OF_COMPANY) {
      const absent = await call(client, route, 'no-such-company');
      expect([nameOf(route), absent.status]).toEqual([nameOf(route), 404]);
      for (const company of [owner.slug, owner.companyId]) {
        const { status, body } = await call(client, route, company);
        const same = { ...absent.body, ...('requestId' in absent.body && { requestId: body.requestId }) };
        expect([nameOf(route), status, body]).toEqual([nameOf(route), 404, same]);
      }
    }
  });
});

/** Every role is allowed to read, and an administrator everything. */
const lets = (role: Role, { roles }: PeopleRoute): boolean =>
  role === 'ROLE_ADMIN' || roles.includes(role) || roles.includes('ROLE_VIEWER');

it.each(ROLES)('a member who is %s is let in where the contract says so, and nowhere else', async (role) => {
  const { client } = await givenPerson(app, { erp: owner.erp, roles: [role] });
  const expected = byRoute(OF_COMPANY, (route) => (lets(role, route) ? 'let in' : '403 forbidden'));
  expect(await answersOf(client, OF_COMPANY)).toEqual(expected);
});

it('a member without any role is let in nowhere', async () => {
  const { client } = await givenPerson(app, { erp: owner.erp, roles: [] });
  expect(await answersOf(client, OF_COMPANY)).toEqual(byRoute(OF_COMPANY, () => '403 forbidden'));
});
