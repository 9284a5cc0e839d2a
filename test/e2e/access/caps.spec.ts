import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { PASSWORD } from '../../support/people/usual-password.js';

const CAP = 3;
const AT_ONCE = 20;

let app: TestApp;
let person: Person;
let session: Client;
beforeAll(async () => {
  app = await startApp({
    MAX_INTEGRATIONS: `${CAP}`,
    MAX_TOKENS: `${CAP}`,
    MAX_PERSONAL_TOKENS: `${CAP}`,
    MAX_PRIVATE_TOKENS: `${CAP}`,
    MAX_WEBHOOKS: `${CAP}`,
    MAX_INVITATIONS: `${CAP}`,
    MAX_MEMBERSHIPS: `${CAP}`,
  });
  person = await givenPerson(app);
  session = (await signedIn(app, await givenAccount(app, { companyId: person.companyId }))).client;
});
afterAll(() => app.close());

/** How many there are before, and how one more is asked for. */
const KINDS: Record<string, [present: number, make: (n: number) => Promise<{ status: number; body: Made }>]> =
  {
    'integrations of a company': [
      1,
      (n) => person.client.post('/api/integrations', { name: `Twin ${n}`, type: 'SAP' }),
    ],
    'live tokens of a company': [
      1,
      () =>
        person.client.post(`/api/integrations/${person.erp.integrationId}/tokens`, {
          name: 'A',
          scopes: ['integration:sync:read'],
        }),
    ],
    'personal tokens of a person': [
      0,
      () => session.post('/apiops/tokens/', { name: 'A', expires: 'never' }),
    ],
    'private tokens of a person': [
      0,
      () =>
        session.post('/api/v1/auth/private_tokens/', {
          name: 'A',
          expiration_time: new Date(Date.now() + 3_600_000).toISOString(),
        }),
    ],
    'webhooks of a company, behind either door': [
      0,
      (n) => {
        const input = { url: `https://93.184.216.34/${n}`, events: ['supplier.created'] };
        return n % 2
          ? person.erp.client.post('/webhook-events', input)
          : person.client.post(`/api/integrations/${person.erp.integrationId}/webhooks`, input);
      },
    ],
    'open invitations of a company': [
      0,
      (n) =>
        person.client.post(`/apiops/projects/${person.slug}/users/`, {
          email: `guest-${n}@acme.example`,
          roles: ['ROLE_VIEWER'],
        }),
    ],
  };
interface Made {
  details?: { limit: number };
}

it.each(Object.keys(KINDS))('%s: calls at once do not make more than the cap', async (kind) => {
  const [present, make] = KINDS[kind] as (typeof KINDS)[string];
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => make(n)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(CAP - present);
  expect(statuses.filter((status) => status === 409)).toHaveLength(AT_ONCE - CAP + present);
});

it('a person joins no more companies than the cap, however many invite them at once', async () => {
  const { email } = await givenAccount(app);
  const links = [];
  for (let company = 0; company < CAP + 2; company += 1) {
    const { client, slug } = await givenPerson(app);
    const invited = await client.post(`/apiops/projects/${slug}/users/`, { email, roles: ['ROLE_VIEWER'] });
    links.push(invited.body.invitation.link as string);
  }
  const accept = (link: string): ReturnType<Client['post']> =>
    new Client(app.url).post('/api/v1/auth/invitations/accept/', {
      token: link.split('#')[1],
      password: PASSWORD,
    });
  const answers = await Promise.all(links.map(accept));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  expect(JSON.stringify(refused?.body)).toContain('the maximum number of companies for one user');
});

it('of calls at once with one place left, one makes something', async () => {
  const path = `/apiops/projects/${person.slug}/users/`;
  const open = (await person.client.get(`${path}invitations/`)).body;
  expect(open.resultCount).toBe(CAP);
  await person.client.delete(`${path}invitations/${open.resultList[0].id}/`);
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, n) =>
      person.client.post(path, { email: `last-${n}@acme.example`, roles: ['ROLE_VIEWER'] }),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const refused = answers.find(({ status }) => status === 409);
  expect(refused?.body).toEqual({ error: 'limit_reached', error_description: expect.any(String) });
});

it('to invite someone again takes no place of its own', async () => {
  const path = `/apiops/projects/${person.slug}/users/`;
  const [{ email }] = (await person.client.get(`${path}invitations/`)).body.resultList;
  expect((await person.client.post(path, { email, roles: ['ROLE_VIEWER'] })).status).toBe(201);
});

it('the refusal names the limit, and there is room again for what is given up', async () => {
  const path = `/api/integrations/${person.erp.integrationId}/tokens`;
  const input = { name: 'A', scopes: ['integration:sync:read'] };
  const refused = await person.client.post(path, input);
  expect(refused.body).toMatchObject({ error: 'LIMIT_REACHED', details: { limit: CAP } });
  const { data } = (await person.client.get(path)).body as { data: { id: string; name: string }[] };
  const spare = data.find(({ name }) => name === 'A') as { id: string };
  await person.client.send('PATCH', `${path}/${spare.id}/revoke`);
  expect((await person.client.post(path, input)).status).toBe(201);
});

describe('rotation at the cap', () => {
  const path = (): string => `/api/integrations/${person.erp.integrationId}/tokens`;
  const live = async (): Promise<string[]> =>
    ((await person.client.get(path())).body.data as { id: string; revokedAt: string | null }[])
      .filter(({ revokedAt }) => revokedAt === null)
      .map(({ id }) => id);
  const rotate = (id: string, graceSeconds: number): ReturnType<Client['post']> =>
    person.client.post(`${path()}/${id}/rotate`, { graceSeconds });

  it('with a grace replaces every token once, and then no more', async () => {
    const before = await live();
    expect(before).toHaveLength(CAP);
    for (const id of before) expect((await rotate(id, 3600)).status).toBe(201);
    const [again] = (await live()).slice(-1);
    const refused = await rotate(again as string, 3600);
    expect(refused.body).toMatchObject({ error: 'LIMIT_REACHED', details: { limit: 2 * CAP } });
    expect(refused.body.message).toMatch(/graceSeconds 0/);
  });

  it('without a grace always works, and makes no more than there are', async () => {
    const before = await live();
    const [leaked] = before.slice(-1);
    expect((await rotate(leaked as string, 0)).status).toBe(201);
    expect(await live()).toHaveLength(before.length);
  });

  it('does not make room for others', async () => {
    const input = { name: 'A', scopes: ['integration:sync:read'] };
    expect((await person.client.post(path(), input)).status).toBe(409);
  });
});
