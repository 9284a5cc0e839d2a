import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { PEOPLE_ROUTES } from '../../support/http/people-routes.js';
import { CLOSED_ROUTES, nameOf } from '../../support/http/routes.js';
import { machineBodies, NO_BODY, peopleBodies, publicBodies } from '../../support/http/valid-bodies.js';
import { nextAddress } from '../../support/people/people.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';

const KILOBYTE = 1024;
const MAX_REFUSAL = 64 * KILOBYTE;

interface Target {
  name: string;
  method: string;
  path: string;
  client: Client;
  /** A body that the route takes. */
  valid: object;
}

let app: TestApp;
let person: Person;
let targets: Target[];
beforeAll(async () => {
  app = await startApp({ TRUST_PROXY: '127.0.0.1' });
  person = await givenPerson(app);
  const account = await signedIn(app, await givenAccount(app));
  const fill = (path: string): string =>
    path.replace(':company', person.slug).replaceAll(/:[a-z]+/gi, 'none');
  const people = PEOPLE_ROUTES.map((route) => ({
    ...route,
    client: route.caller === 'account' ? account.client : person.client,
    valid: peopleBodies()[nameOf(route)],
  }));
  const machines = CLOSED_ROUTES.map((route) => ({
    ...route,
    client: person.erp.client,
    valid: machineBodies()[nameOf(route)] ?? route.body,
  }));
  const strangers = Object.entries(publicBodies()).map(([name, valid]) => {
    const [method, path] = name.split(' ') as [string, string];
    return { method, path, client: new Client(app.url), valid };
  });
  targets = [...people, ...machines, ...strangers]
    .filter(({ method, valid }) => method !== 'GET' && method !== 'DELETE' && valid !== NO_BODY)
    .map(({ method, path, client, valid }) => {
      const name = `${method} ${path}`;
      return { name, method, path: fill(path), client, valid: valid as object };
    });
});
afterAll(() => app.close());

/** `part` again and again, up to so many bytes. */
const fill = (bytes: number, part: (index: number) => string): string => {
  const parts: string[] = [];
  for (let length = 0; length < bytes; length += (parts.at(-1) as string).length + 1)
    parts.push(part(parts.length));
  return parts.slice(0, -2).join(',');
};

/** Bodies of one size that cost much to check, or to tell what is wrong with them. */
const hostile: Record<string, (bytes: number, member: string) => string> = {
  'empty objects': (bytes) => `[${fill(bytes, () => '{}')}]`,
  'empty objects in the list': (bytes, member) => `{"${member}":[${fill(bytes - 40, () => '{}')}]}`,
  'empty texts in the list': (bytes, member) => `{"${member}":[${fill(bytes - 40, () => '""')}]}`,
  'lists in lists': (bytes) => '['.repeat(bytes),
  'objects in objects': (bytes) => fill(bytes, () => '{"a":').replaceAll(',', ''),
  'unknown members': (bytes) => `{${fill(bytes, (index) => `"${index}":0`)}}`,
  'one name again and again': (bytes, member) => `{${fill(bytes - 40, () => `"${member}":[]`)}}`,
  'a name of its own': (bytes) => `{"${'n'.repeat(bytes - 40)}":0}`,
};

/** The list that a body of the route holds, or any of its members. */
const memberOf = ({ valid }: Target): string =>
  Object.entries(valid).find(([, value]) => Array.isArray(value))?.[0] ?? Object.keys(valid)[0] ?? 'ids';

/** What is wrong with the refusal of a body, or nothing. */
async function complaint(target: Target, body: string): Promise<string[]> {
  const { name, method, path, client } = target;
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': nextAddress() };
  const answer = await client.send(method, path, body, headers);
  const size = JSON.stringify(answer.body).length;
  const refused = answer.status >= 400 && answer.status < 500;
  return refused && size <= MAX_REFUSAL ? [] : [`${name}: ${answer.status}, ${size} bytes`];
}

it.each(Object.keys(hostile))('every route refuses a body of 60 kB of %s, and briefly', async (kind) => {
  const complaints: string[] = [];
  for (const target of targets) {
    const body = (hostile[kind] as (bytes: number, member: string) => string)(
      60 * KILOBYTE,
      memberOf(target),
    );
    complaints.push(...(await complaint(target, body)));
  }
  expect(targets.length).toBeGreaterThan(25);
  expect(complaints).toEqual([]);
});

it('every route refuses a text of 55 kB in each of its members, and briefly', async () => {
  const complaints: string[] = [];
  for (const target of targets.filter(({ path }) => !/\/(suppliers|products|batches)$/.test(path))) {
    for (const [name, value] of Object.entries(target.valid)) {
      const text = 'x'.repeat(55 * KILOBYTE);
      const body = JSON.stringify({ ...target.valid, [name]: Array.isArray(value) ? [text] : text });
      complaints.push(...(await complaint(target, body)));
    }
  }
  expect(complaints).toEqual([]);
});

describe.each([
  ['POST /suppliers', 10 * KILOBYTE],
  ['POST /apiops/tokens/leaked', 4.8 * KILOBYTE],
  ['POST /apiops/projects/:company/tokens/revoke', 0.5 * KILOBYTE],
])('%s', (name, kilobytes) => {
  it.each(Object.keys(hostile))('refuses its largest body of %s, and briefly', async (kind) => {
    const target = targets.find((one) => one.name === name) as Target;
    const withCredential = name.endsWith('leaked') ? { ...target, client: person.client } : target;
    const member = name.endsWith('revoke') ? 'ids' : memberOf(target);
    const body = (hostile[kind] as (bytes: number, member: string) => string)(kilobytes * KILOBYTE, member);
    expect(await complaint(withCredential, body)).toEqual([]);
  });

  it('refuses a larger body', async () => {
    const target = targets.find((one) => one.name === name) as Target;
    const withCredential = name.endsWith('leaked') ? { ...target, client: person.client } : target;
    const { client, method, path } = withCredential;
    const body = ' '.repeat((kilobytes + 0.5 * KILOBYTE) * KILOBYTE);
    expect((await client.send(method, path, body, { 'content-type': 'application/json' })).status).toBe(413);
  });
});

it('a form of 8,000 names is refused, and briefly', async () => {
  const form = Array.from({ length: 8_000 }, (_, index) => `n${index}=1`).join('&');
  const answer = await new Client(app.url).send('POST', '/apiops/auth/token', form, {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect([answer.status, JSON.stringify(answer.body).length < 500]).toEqual([400, true]);
});

it.each(Object.keys(publicBodies()))('%s counts refused bodies against the address', async (name) => {
  const limited = await startApp({ AUTH_FAILURES_PER_MINUTE: '5' });
  const [method, path] = name.split(' ') as [string, string];
  const client = new Client(limited.url);
  const calls = Array.from({ length: 60 }, () => client.send(method, path, '[{},{}]'));
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  const after = await client.send(method, path, '[{},{}]');
  expect([...statuses, after.status]).toContain(429);
  await limited.close();
});
