import { Usage } from '../../../src/credentials/usage/usage.js';
import { newId } from '../../../src/platform/ids/ids.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { byRoute, type ByRoute } from '../../support/http/route-matrix.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { PEOPLE_ROUTES, type PeopleRoute } from '../../support/http/people-routes.js';
import { nameOf } from '../../support/http/routes.js';
import { expectAlikeInTime } from '../../support/waiting/timing.js';
import { peopleBodies } from '../../support/http/valid-bodies.js';

const OF_COMPANY = PEOPLE_ROUTES.filter(({ roles }) => roles.length > 0);
/** Of calls whose times are compared. */
const ROUNDS = 100;

/** What a route is called about. */
interface Ids {
  company: string;
  integration: string;
  token: string;
  user: string;
}

let app: TestApp;
/** Who calls. */
let ours: Person;
/** An administrator of the company that is none of the caller's business. */
let theirs: Person;
beforeAll(async () => {
  app = await startApp();
  ours = await givenPerson(app);
  theirs = await givenPerson(app);
});
afterAll(() => app.close());

const idsOf = ({ companyId, erp, userId }: Person): Ids => ({
  company: companyId,
  integration: erp.integrationId,
  token: erp.tokenId,
  user: userId,
});
const unknown = (): Omit<Ids, 'company'> => ({
  integration: newId('int'),
  token: newId('tok'),
  user: newId('usr'),
});

/** Calls with a body that is valid, so that only the ids can be wrong. */
function call(route: PeopleRoute, ids: Ids, body = peopleBodies()[nameOf(route)]): Promise<Answer> {
  const path = route.path.replaceAll(/:([a-z]+)/g, (_, name: keyof Ids) => ids[name]);
  return ours.client.send(route.method, path, body, { 'x-company': ids.company });
}

/** All that an answer tells, but for the ids that it was asked for and what differs between any two requests. */
function told({ status, headers, body }: Answer, ids: Ids): unknown {
  let text = JSON.stringify({ ...body, requestId: undefined });
  for (const [name, id] of Object.entries(ids)) text = text.replaceAll(id as string, name);
  return [status, text, [...headers.keys()].sort()];
}

/** What the members of a company see of it. */
async function seenBy({ client, companyId, erp }: Person): Promise<unknown[]> {
  const lists = ['integrations', `integrations/${erp.integrationId}/tokens`, 'users', 'audit'];
  const seen = await Promise.all(lists.map((list) => client.get(`/apiops/projects/${companyId}/${list}`)));
  return seen.map(({ body }) => body.resultList);
}

async function usedIn({ client, companyId }: Person): Promise<string[]> {
  await app.nest.get(Usage).flush();
  const { body } = await client.get(`/apiops/projects/${companyId}/usage`);
  return body.resultList.map(({ credentialId }: { credentialId: string }) => credentialId);
}

describe('whoever calls the routes of a company that is not theirs', () => {
  it('changes nothing there, and leaves no trace in its audit log and usage', async () => {
    const before = await seenBy(theirs);
    const statuses: ByRoute<number> = {};
    for (const route of OF_COMPANY) statuses[nameOf(route)] = (await call(route, idsOf(theirs))).status;
    expect(statuses).toEqual(byRoute(OF_COMPANY, () => 404));
    expect(await seenBy(theirs)).toEqual(before);
    expect(await usedIn(theirs)).toEqual([theirs.tokenId]);
  });
});

describe('under one’s own company', () => {
  const NAMES = ['integration', 'token', 'user'] as const;
  const named = (route: PeopleRoute): string[] => NAMES.filter((name) => route.path.includes(`:${name}`));

  /** How routes answer for ids of another company, or for ids that nobody has. */
  async function compare(
    routes: PeopleRoute[],
    own: Partial<Ids>,
  ): Promise<[ByRoute<unknown>, ByRoute<unknown>]> {
    const { company } = idsOf(ours);
    const answers: [ByRoute<unknown>, ByRoute<unknown>] = [{}, {}];
    for (const route of routes) {
      for (const [which, others] of [idsOf(theirs), unknown()].entries()) {
        const ids = { ...others, company, ...own };
        const answer = await call(route, ids);
        expect([nameOf(route), answer.status]).toEqual([nameOf(route), 404]);
        (answers[which] as ByRoute<unknown>)[nameOf(route)] = told(answer, ids);
      }
    }
    return answers;
  }

  it('the integrations, tokens and users of another are as ids that nobody has', async () => {
    const before = await seenBy(theirs);
    const [foreign, absent] = await compare(
      OF_COMPANY.filter((route) => named(route).length > 0),
      {},
    );
    expect(foreign).toEqual(absent);
    expect(await seenBy(theirs)).toEqual(before);
  });

  it('so are the tokens of another under an integration of one’s own', async () => {
    const { integration } = idsOf(ours);
    const [foreign, absent] = await compare(
      OF_COMPANY.filter((route) => named(route).includes('token')),
      { integration },
    );
    expect(foreign).toEqual(absent);
    expect((await theirs.erp.client.get('/auth/test')).status).toBe(200);
  });

  it('so are they for a bulk revocation, and as the subject of the audit log', async () => {
    const project = `/apiops/projects/${ours.companyId}`;
    const answers: unknown[] = [];
    for (const others of [idsOf(theirs), unknown()]) {
      const ids = { ...others, company: ours.companyId };
      const { integration, token, user } = ids;
      const revocations = [{ ids: [token] }, { integration }, { ids: [token], integration }];
      for (const body of revocations)
        answers.push(told(await ours.client.post(`${project}/tokens/revoke`, body), ids));
      for (const query of [`target=${token}`, `target=${integration}`, `actor=${user}`])
        answers.push(told(await ours.client.get(`${project}/audit?${query}`), ids));
    }
    expect(answers.slice(0, 6)).toEqual(answers.slice(6));
    expect((await theirs.erp.client.get('/auth/test')).status).toBe(200);
  });
});

describe('the time of an answer does not tell', () => {
  it.each<[string, () => [there: string, absent: string]]>([
    [
      'a company that is there from one that is not',
      () => [`${theirs.companyId}/integrations`, `${newId('com')}/integrations`],
    ],
    [
      'an integration of another company from one that is not',
      () => {
        const integrations = `${ours.companyId}/integrations`;
        return [`${integrations}/${theirs.erp.integrationId}`, `${integrations}/${newId('int')}`];
      },
    ],
  ])('%s', async (_, paths) => {
    const read = (path: string) => () => ours.client.get(`/apiops/projects/${path}`);
    const [there, absent] = paths();
    for (const path of [there, absent]) expect((await read(path)()).status).toBe(404);
    await expectAlikeInTime(ROUNDS, 1.43, read(there), read(absent));
  });
});
