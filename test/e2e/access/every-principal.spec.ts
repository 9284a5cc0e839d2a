import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, ROLES } from '../../../src/access/users/roles.js';
import { startApp, type TestApp } from '../../support/app.js';
import { type Answer, Client } from '../../support/client.js';
import { givenErp } from '../../support/factories.js';
import { changePerson, givenPerson, type Person } from '../../support/members.js';
import { PEOPLE_ROUTES, type PeopleRoute } from '../../support/people-routes.js';

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

const nameOf = ({ method, path }: PeopleRoute): string => `${method} ${path}`;

/** What each route answers to a client, by the route's name. */
async function answersTo(client: Client, routes: readonly PeopleRoute[]): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const route of routes) {
    const { status, body } = await call(client, route);
    answers[nameOf(route)] =
      status < 400 ? 'let in' : `${status} ${(body.error ?? body.errors[0].code).toLowerCase()}`;
  }
  return answers;
}

/** The same answer from all. */
const all = <Answered>(routes: readonly PeopleRoute[], answer: Answered): Record<string, Answered> =>
  Object.fromEntries(routes.map((route) => [nameOf(route), answer]));

/** Of those whom a route lets in, some ask it for what is not there, or send it a body that is not valid. */
const isLetIn = (answer: string | undefined): boolean => /^(let in|404|400)/.test(answer ?? '');

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
    expect(await answersTo(client, PEOPLE_ROUTES)).toEqual({
      ...all(PEOPLE_ROUTES, answer),
      // That surface has its own words, which other tests look at.
      ...all(ofIntegrations, expect.stringMatching(/^401 /)),
      // That surface says the same of every credential that does not hold.
      ...all(forAccounts, '401 invalid_token'),
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

describe.each(ROLES)('a member who is %s', (role: Role) => {
  it('is let in where the contract says so, and nowhere else', async () => {
    const { client } = await givenPerson(app, { erp: owner.erp, roles: [role] });
    const answers = await answersTo(client, OF_COMPANY);
    const letIn = OF_COMPANY.filter((route) => isLetIn(answers[nameOf(route)])).map(nameOf);
    const expected = OF_COMPANY.filter(
      ({ roles }) => role === 'ROLE_ADMIN' || roles.includes(role) || roles.includes('ROLE_VIEWER'),
    );
    expect(letIn).toEqual(expected.map(nameOf));
    const refused = OF_COMPANY.filter((route) => !letIn.includes(nameOf(route)));
    for (const route of refused) expect(answers[nameOf(route)]).toBe('403 forbidden');
  });
});

it('a member without any role is let in nowhere', async () => {
  const { client } = await givenPerson(app, { erp: owner.erp, roles: [] });
  expect(await answersTo(client, OF_COMPANY)).toEqual(all(OF_COMPANY, '403 forbidden'));
});
