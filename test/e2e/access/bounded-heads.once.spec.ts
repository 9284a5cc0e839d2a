import { startApp, type TestApp } from '../../support/app/app.js';
import { type Client } from '../../support/http/client.js';
import { PEOPLE_ROUTES } from '../../support/http/people-routes.js';
import { CLOSED_ROUTES } from '../../support/http/routes.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson } from '../../support/people/members.js';

const KILOBYTE = 1024;
const MAX_REFUSAL = 64 * KILOBYTE;

let app: TestApp;
let reads: { path: string; client: Client }[];
beforeAll(async () => {
  app = await startApp();
  const person = await givenPerson(app);
  const account = await signedIn(app, await givenAccount(app));
  const fill = (path: string): string =>
    path.replace(':company', person.slug).replaceAll(/:[a-z]+/gi, 'none');
  const people = PEOPLE_ROUTES.filter(({ method }) => method === 'GET').map(({ path, caller }) => ({
    path: fill(path),
    client: caller === 'account' ? account.client : person.client,
  }));
  const machines = CLOSED_ROUTES.filter(({ method }) => method === 'GET');
  reads = [...people, ...machines.map(({ path }) => ({ path, client: person.erp.client }))];
});
afterAll(() => app.close());

it.each([
  ['20 unknown names', Array.from({ length: 20 }, (_, index) => `${'n'.repeat(300)}${index}=1`).join('&')],
  ['10,000 names', Array.from({ length: 10_000 }, (_, index) => `${index}`).join('&')],
  ['10,000 times one name', 'limit&'.repeat(10_000)],
  ['a text of 50 kB', `cursor=${'x'.repeat(50 * KILOBYTE)}`],
  ['50 kB of encoded bytes', `q=${'%f0'.repeat(16 * KILOBYTE)}`],
  ['50 kB of what does not decode', `since=${'%'.repeat(50 * KILOBYTE)}`],
  ['names of the prototype', '__proto__=1&constructor=2'],
])('every read with a query string of %s is answered briefly, and by no 5xx', async (_, query) => {
  const complaints: string[] = [];
  for (const { path, client } of reads) {
    const { status, body } = await client.get(`${path}?${query}`);
    const size = Buffer.byteLength(JSON.stringify(body));
    if (status >= 500 || size > MAX_REFUSAL) complaints.push(`${path}: ${status}, ${size} bytes`);
  }
  expect(reads.length).toBeGreaterThan(25);
  expect(complaints).toEqual([]);
});

it('a query string of more than 50 names is a 400, with a credential or without', async () => {
  const query = Array.from({ length: 51 }, (_, index) => `${index}=1`).join('&');
  expect((await fetch(`${app.url}/api/v1/integration/suppliers?${query}`)).status).toBe(400);
});
