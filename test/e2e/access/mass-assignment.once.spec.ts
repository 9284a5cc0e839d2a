import { SCOPES } from '../../../src/auth/principal/scopes.js';
import { ROLES } from '../../../src/auth/principal/roles.js';
import type { TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { nextAddress } from '../../support/people/people.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import type { ByRoute } from '../../support/http/route-matrix.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { PEOPLE_ROUTES } from '../../support/http/people-routes.js';
import { givenRecords, KINDS } from '../../support/records/records.js';
import { CLOSED_ROUTES, nameOf } from '../../support/http/routes.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { machineBodies, peopleBodies, publicBodies } from '../../support/http/valid-bodies.js';
import { closeEndpoints, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

type Fields = Record<string, unknown>;

let app: TestApp;
let foreign: Person;
beforeAll(async () => {
  app = await startHookApp({ TRUST_PROXY: '127.0.0.1' });
  foreign = await givenPerson(app);
});
afterAll(async () => {
  await closeEndpoints();
  await app.close();
});

/** What a caller has no say in, with values that would take effect if they were believed. */
const forbidden = (): Fields => ({
  role: 'ROLE_ADMIN',
  roles: [...ROLES],
  companyId: foreign.companyId,
  company_id: foreign.companyId,
  id: foreign.erp.tokenId,
  integrationId: foreign.erp.integrationId,
  userId: foreign.userId,
  status: 'ERROR',
  scopes: [...SCOPES],
  hash: '0'.repeat(64),
  isAdmin: true,
});

/** The body with the caller's own company where it names one. */
const bodyFor = ({ companyId }: Caller, body: object): object =>
  JSON.parse(JSON.stringify(body).replaceAll('com_1', companyId)) as object;

/** The fields that an error names, in the words of whichever surface. */
function namedIn({ status, body }: Answer): string {
  const list: Fields[] = body.details ?? body.validation_errors ?? body.errors ?? [];
  return [status, ...list.map(({ path, attr }) => path ?? attr)].join(' ');
}

/** Someone who may make the calls, and sees what comes of them. */
interface Caller {
  client: Client;
  companyId: string;
  pathOf(path: string): string;
  /** The lists that show what the caller can write. */
  lists: string[];
}

/** All that lists show but the time of the last use, which moves by itself. */
async function stateOf({ client, lists }: Caller): Promise<unknown[]> {
  const state: unknown[] = [];
  for (const path of lists) {
    const { status, body } = await client.get(path);
    const { requestId: _, ...shown } = body as Fields;
    state.push([
      status,
      JSON.parse(JSON.stringify(shown, (key, value: unknown) => (/^last\w+At$/.test(key) ? null : value))),
    ]);
  }
  return state;
}

async function send(caller: Caller, name: string, body: object | undefined): Promise<Answer> {
  const [method, path] = name.split(' ') as [string, string];
  // The product counts the calls of strangers by address, so each comes from another one.
  const isStranger = caller.companyId === '';
  const headers: Record<string, string> = isStranger ? { 'x-forwarded-for': nextAddress() } : {};
  return caller.client.send(method, caller.pathOf(path), body, headers);
}

/** Which fields each call with one more field is refused for, and which it should be. */
async function refusals(
  caller: Caller,
  name: string,
  body: object,
): Promise<[answered: Fields, right: Fields]> {
  const [answered, right]: [Fields, Fields] = [{}, {}];
  for (const [field, value] of Object.entries(forbidden())) {
    if (field in body) continue;
    answered[field] = namedIn(await send(caller, name, { ...body, [field]: value }));
    right[field] = `400 ${field}`;
  }
  return [answered, right];
}

/** With each further field the call is refused by its name and writes nothing; without, it is a good one. */
async function expectNoOtherField(caller: Caller, name: string, body: object): Promise<void> {
  const before = await stateOf(caller);
  const [answered, right] = await refusals(caller, name, body);
  expect(answered).toEqual(right);
  expect(await stateOf(caller)).toEqual(before);
  expect((await send(caller, name, body)).status).toBeLessThan(300);
}

/** Ids, times, ports and serial numbers differ between two who do the same. */
const anonymous = (state: unknown): string =>
  JSON.stringify(state).replaceAll(
    /_[0-9a-z]{26}\b|\d{4}-\d\d-\d\dT[^"]+Z|eudr_\w+|[0-9a-f-]{36}|(Company |company-|person-|account-|127\.0\.0\.1:)\d+/g,
    '…',
  );

/** A body where none is taken changes nothing of what the call does. */
async function expectBodyIgnored(given: () => Promise<Caller>, name: string): Promise<void> {
  const outcomes: unknown[] = [];
  for (const body of [undefined, forbidden()]) {
    const caller = await given();
    const { status } = await send(caller, name, body);
    expect(status).toBeLessThan(300);
    outcomes.push([status, anonymous(await stateOf(caller))]);
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
}

type Written = [name: string, body: object];
const withBody = (bodies: ByRoute<object | undefined>): Written[] =>
  Object.entries(bodies).filter((entry): entry is Written => entry[1] !== undefined);
const withoutBody = (bodies: ByRoute<object | undefined>): string[] =>
  Object.keys(bodies).filter((name) => bodies[name] === undefined);
const isWrite = ({ method }: { method: string }): boolean => ['POST', 'PUT', 'PATCH'].includes(method);

/** Of a webhook of an ERP, and of a delivery of it, where a route names them. */
async function webhookIds(erp: Erp, name: string): Promise<{ id?: string; deliveryId?: string }> {
  if (!/webhook/.test(name)) return {};
  const endpoint = await givenEndpoint(erp, 'supplier.created');
  if (!/redeliver/.test(name)) return { id: endpoint.id };
  await erp.client.put('/suppliers/A-1', { name: 'A' });
  const [delivery] = await endpoint.settled(1);
  return { id: endpoint.id, deliveryId: delivery?.id as string };
}

describe('a write for people', () => {
  /** Those that ask for a sign-in. */
  const isForAccounts = (name: string): boolean =>
    name.includes('/api/v1/auth/') || name === 'PATCH /apiops/tokens/:token';

  /** The id of a personal token, or of a private one where the route is for those, that the caller has made. */
  async function madeBy(client: Client, name: string): Promise<string> {
    const answer = name.includes('private_tokens')
      ? await client.post('/api/v1/auth/private_tokens', peopleBodies()['POST /api/v1/auth/private_tokens'])
      : await client.post('/apiops/tokens', { name: 'script', expires: 'never' });
    return answer.body.id as string;
  }

  /** An administrator with another member in their company, who has signed in where the route asks for that. */
  async function givenAdmin(name: string): Promise<Caller> {
    const account = isForAccounts(name) ? await givenAccount(app) : undefined;
    const erp = await givenErp(app, account && { companyId: account.companyId });
    const { companyId, integrationId, tokenId } = erp;
    const admin = account ? await signedIn(app, account) : await givenPerson(app, { erp });
    const { userId } = await givenPerson(app, { erp, roles: ['ROLE_VIEWER'] });
    const personal = 'tokenId' in admin ? admin.tokenId : await madeBy(admin.client, name);
    const token = name.includes('/apiops/tokens') ? personal : tokenId;
    const ids: Record<string, string> = {
      company: companyId,
      integration: integrationId,
      token,
      user: userId,
      id: personal,
      ...(await webhookIds(erp, name)),
    };
    const project = `/apiops/projects/${companyId}`;
    const integrations = `${project}/integrations`;
    return {
      client: admin.client,
      companyId,
      pathOf: (path) => path.replaceAll(/:([a-z]+)/gi, (_, parameter: string) => ids[parameter] as string),
      lists: [
        ...[integrations, `${integrations}/${integrationId}/tokens`, `${project}/users`, `${project}/audit`],
        ...['/apiops/tokens', '/api/v1/auth/private_tokens'],
      ],
    };
  }

  it('is known to this walk', () => {
    expect(Object.keys(peopleBodies()).sort()).toEqual(PEOPLE_ROUTES.filter(isWrite).map(nameOf).sort());
  });

  it.each(withBody(peopleBodies()))(
    'takes no field that is not the caller’s to set: %s',
    async (name, body) => {
      const caller = await givenAdmin(name);
      await expectNoOtherField(caller, name, bodyFor(caller, body));
    },
  );

  it.each(withoutBody(peopleBodies()))(
    'that takes no body does what it does whatever it is sent: %s',
    (name) => expectBodyIgnored(() => givenAdmin(name), name),
  );
});

describe('a write of the Integration API', () => {
  const isOfRecords = ({ path }: { path: string }): boolean => /^\/(suppliers|products|batches)\b/.test(path);

  /** An ERP with a webhook, and with a delivery of it where the route names one. */
  async function givenSubscriber(name: string): Promise<Caller> {
    const erp: Erp = await givenErp(app);
    const { id = '', deliveryId = '' } = await webhookIds(erp, name);
    return {
      client: erp.client,
      companyId: erp.companyId,
      pathOf: (path) => path.replace('wh_1', id).replace('evt_1', deliveryId),
      lists: ['/auth/test', '/webhook-events', '/suppliers', '/sync-logs'],
    };
  }

  it('is known to this walk', () => {
    const writes = CLOSED_ROUTES.filter((route) => isWrite(route) && !isOfRecords(route));
    expect(Object.keys(machineBodies()).sort()).toEqual(writes.map(nameOf).sort());
  });

  it.each(withBody(machineBodies()))(
    'takes no field that is not the caller’s to set: %s',
    async (name, body) => {
      await expectNoOtherField(await givenSubscriber(name), name, body);
    },
  );

  it.each(withoutBody(machineBodies()))(
    'that takes no body does what it does whatever it is sent: %s',
    (name) => expectBodyIgnored(() => givenSubscriber(name), name),
  );
});

describe('a write that needs no credential', () => {
  it.each(Object.entries(publicBodies()))('takes no field that it does not know: %s', async (name, body) => {
    const caller = { client: new Client(app.url), companyId: '', pathOf: (path: string) => path, lists: [] };
    const [answered, right] = await refusals(caller, name, body);
    expect(answered).toEqual(right);
  });
});

describe.each(KINDS)('a record: $plural', (kind) => {
  const fields = (): Fields => ({ ...forbidden(), internalId: 'sup_1', syncStatus: 'CONFLICT', version: 7 });

  it('with a field that is not the caller’s to set is an error row that names it, and the others are stored', async () => {
    const records = await givenRecords(app, kind);
    const bad = Object.entries(fields()).map(([field, value]) =>
      kind.row({ externalId: field, [field]: value }),
    );
    const { status, body } = await records.post([...bad, kind.row({ externalId: 'GOOD' })]);
    expect([status, body.created]).toEqual([200, 1]);
    const errors = Object.keys(fields()).map((field, index) => ({
      externalId: field,
      index,
      error: expect.stringContaining(field),
    }));
    expect(body.errors).toEqual(errors);
    expect((await records.list()).body).toMatchObject({ total: 1, entities: [{ externalId: 'GOOD' }] });
  });

  it('put whole with such a field is refused by its name, and not stored', async () => {
    const records = await givenRecords(app, kind);
    const answered: Fields = {};
    for (const [field, value] of Object.entries(fields()))
      answered[field] = namedIn(await records.put('A', records.body({ [field]: value })));
    const shown = ['internalId', 'syncStatus', 'createdAt', 'updatedAt', 'lastSyncedAt'];
    const refusals = Object.keys(fields()).map((field) => [
      field,
      `${shown.includes(field) ? 412 : 400} ${field}`,
    ]);
    expect(answered).toEqual(Object.fromEntries(refusals));
    expect((await records.list()).body.total).toBe(0);
    expect((await records.put('A', records.body())).status).toBe(201);
  });

  it('is not sent with such a field beside the list', async () => {
    const records = await givenRecords(app, kind);
    const answered: Fields = {};
    for (const [field, value] of Object.entries(fields()))
      answered[field] = namedIn(await records.post([kind.row()], { [field]: value }));
    expect(answered).toEqual(
      Object.fromEntries(Object.keys(fields()).map((field) => [field, `400 ${field}`])),
    );
    expect((await records.list()).body.total).toBe(0);
  });
});
