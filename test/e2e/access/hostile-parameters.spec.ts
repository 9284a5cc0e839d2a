import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { newId } from '../../../src/platform/ids/ids.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Client } from '../../support/http/client.js';
import { HOSTILE_TEXTS } from '../../support/http/hostile-texts.js';
import { requireDocumented } from '../../support/openapi/answers.js';
import { type Operation, OPERATIONS, type Parameter } from '../../support/openapi/document.js';
import { type Account, givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';

/** Requests under way at once. */
const AT_ONCE = 4;
/** The calls are more than 8,000: too many for one test. */
const PARTS = 3;

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

let app: TestApp;
let person: Person;
let account: Account;
let webhook: string;
let session: Client;

beforeAll(async () => {
  app = await startApp({ LOG_LEVEL: 'fatal' });
  person = await givenPerson(app);
  account = await givenAccount(app, { companyId: person.companyId });
  session = (await signedIn(app, account)).client;
  const input = { url: 'http://127.0.0.1:40009/', events: ['supplier.created'] };
  webhook = (await person.erp.client.post('/webhook-events', input)).body.id as string;
});
afterAll(async () => {
  agent.destroy();
  await app.close();
});

const clientFor = (path: string): Client => {
  if (path.startsWith('/api/v1/integration')) return person.erp.client;
  return path.startsWith('/api/v1/auth') ? session : person.client;
};

/** Ids of things that are there, so that the call comes to what it is about; what is written names none that is. */
function idOf(name: string, { method, path }: Operation): string {
  if (name === 'company') return person.slug;
  if (name === 'integration' && method !== 'DELETE' && !path.endsWith('activate'))
    return person.erp.integrationId;
  if (name === 'id' && method === 'GET') return webhook;
  const prefixes: Record<string, string> = { integration: 'int', token: 'tok', user: 'usr', id: 'wh' };
  return newId(prefixes[name] ?? 'evt');
}

interface Call {
  method: string;
  path: string;
  token: string | undefined;
  body: string | undefined;
  headers: Record<string, string>;
}

/** What a call is answered, by the client that costs the least: `fetch` takes as long as the product for such calls. */
async function statusOf({ method, path, token, body, headers }: Call): Promise<number> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const all = { authorization: `Bearer ${token}`, ...type, ...headers };
  const call = request(app.url + path, { method, agent, headers: all }).end(body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const { statusCode: status = 0, headers: received } = response;
  const answer = {
    status,
    headers: new Headers(received as Record<string, string>),
    body: await textOf(response),
  };
  requireDocumented(method, path, answer);
  return status;
}

/** A call that is as it should be, but for one parameter. */
async function answerTo(
  operation: Operation,
  { name, in: place }: Parameter,
  text: string,
): Promise<string[]> {
  const { method, path: template } = operation;
  const path = template.replace(/\{(\w+)\}/g, (_, id: string) =>
    encodeURIComponent(place === 'path' && id === name ? text.toWellFormed() : idOf(id, operation)),
  );
  const query = place === 'query' ? `?${name}=${encodeURIComponent(text.toWellFormed())}` : '';
  const headers = place === 'header' ? { [name]: Buffer.from(text).toString('latin1') } : {};
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? '{}' : undefined;
  const { token } = clientFor(template);
  const status = await statusOf({ method, path: path + query, token, body, headers });
  const what = `${method} ${template} with ${name}=${JSON.stringify(text.slice(0, 40))} answered ${status}`;
  return status >= 500 ? [what] : [];
}

/** Every text in every parameter of a part of the routes, but for those routes that end their own caller. */
function callsWith(place: Parameter['in'], part: number): (() => Promise<string[]>)[] {
  return OPERATIONS.filter(
    ({ path }, index) => index % PARTS === part && !/\/(logout|auth\/revoke)$/.test(path),
  )
    .flatMap((operation) => operation.parameters.map((parameter) => [operation, parameter] as const))
    .filter(([, parameter]) => parameter.in === place)
    .flatMap(([operation, parameter]) =>
      HOSTILE_TEXTS[place].map((text) => () => answerTo(operation, parameter, text)),
    );
}

describe.each(['path', 'query', 'header'] as const)('every parameter in a %s', (place) => {
  it.each([...Array(PARTS).keys()])(
    'takes any text without a 5xx, and answers what is documented (part %i)',
    async (part) => {
      const calls = callsWith(place, part);
      const wrong: string[] = [];
      const work = async (): Promise<void> => {
        for (let call = calls.shift(); call; call = calls.shift())
          wrong.push(...(await call().catch((error: unknown) => [String(error)])));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(wrong).toEqual([]);
    },
  );
});
