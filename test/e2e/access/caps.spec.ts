import { startApp, type TestApp } from '../../support/app/app.js';
import type { Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';

const CAP = 3;
const AT_ONCE = 6;

let app: TestApp;
let person: Person;
let session: Client;
beforeAll(async () => {
  app = await startApp({
    MAX_INTEGRATIONS: `${CAP}`,
    MAX_TOKENS: `${CAP}`,
    MAX_PERSONAL_TOKENS: `${CAP}`,
    MAX_PRIVATE_TOKENS: `${CAP}`,
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

it('the refusal names the limit, and there is room again for what is given up', async () => {
  const path = `/api/integrations/${person.erp.integrationId}/tokens`;
  const wanted = { name: 'A', scopes: ['integration:sync:read'] };
  const refused = await person.client.post(path, wanted);
  expect(refused.body).toMatchObject({ error: 'LIMIT_REACHED', details: { limit: CAP } });
  const { data } = (await person.client.get(path)).body as { data: { id: string; name: string }[] };
  const spare = data.find(({ name }) => name === 'A') as { id: string };
  await person.client.send('PATCH', `${path}/${spare.id}/revoke`);
  expect((await person.client.post(path, wanted)).status).toBe(201);
});
