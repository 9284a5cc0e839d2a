import { type Scope, SCOPES } from '../../../src/auth/principal/scopes.js';
import { IntegrationsService } from '../../../src/integrations/integrations.service.js';
import type { TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { changeToken, type Erp, givenErp } from '../../support/app/factories.js';
import { answersTo, byRoute, type ByRoute } from '../../support/http/route-matrix.js';
import { givenPerson } from '../../support/people/members.js';
import { CLOSED_ROUTES, type IntegrationRoute, nameOf } from '../../support/http/routes.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { closeEndpoints, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

const HOUR_MS = 3_600_000;

let app: TestApp;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(async () => {
  await closeEndpoints();
  await app.close();
});

const call = (client: Client, { method, path, body }: IntegrationRoute): Promise<Answer> =>
  client.send(method, path, body);

/** Of a token that has revoked itself nothing more can be learnt, so that route is called with one of its own. */
async function answersWith(given: () => Promise<string | undefined>): Promise<ByRoute<string>> {
  const client = new Client(app.url, await given());
  return answersTo(CLOSED_ROUTES, async (route) =>
    call(route.path === '/auth/revoke' ? new Client(app.url, await given()) : client, route),
  );
}

/** Whether the contract lets a token with these scopes in. */
const lets = (scopes: readonly Scope[], { scope, anyOf }: IntegrationRoute): boolean =>
  anyOf ? anyOf.some((one) => scopes.includes(one)) : !scope || scopes.includes(scope);

const changed = async (change: Parameters<typeof changeToken>[2]): Promise<string> => {
  const { token, tokenId } = await givenErp(app);
  await changeToken(app, tokenId, change);
  return token;
};

async function ofInactiveIntegration(): Promise<string> {
  const { token, integrationId } = await givenErp(app);
  await app.nest.get(IntegrationsService).setStatus(integrationId, 'INACTIVE');
  return token;
}

const accessToken = async (): Promise<string> =>
  (await signedIn(app, await givenAccount(app))).body.access_token;

async function privateToken(): Promise<string> {
  const { client } = await signedIn(app, await givenAccount(app));
  const expiration_time = new Date(Date.now() + HOUR_MS).toISOString();
  const { body } = await client.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time });
  return body.data;
}

/** One for all calls, for what is found out of it costs a sign-in. */
const once = (given: () => Promise<string>): (() => Promise<string>) => {
  let one: Promise<string> | undefined;
  return () => (one ??= given());
};

describe('every route of the Integration API turns away', () => {
  const hourAgo = (): Date => new Date(Date.now() - HOUR_MS);
  const raw = (text: string) => () => Promise.resolve(text);
  it.each<[string, string, () => Promise<string | undefined>]>([
    ['no credential', '401 authentication_required', () => Promise.resolve(undefined)],
    ['an unknown token', '401 invalid_token', raw(`eudr_live_${'0'.repeat(48)}`)],
    ['what is no token', '401 invalid_token_format', raw('not-a-token')],
    [
      'a token in capitals',
      '401 invalid_token_format',
      async () => (await givenErp(app)).token.toUpperCase(),
    ],
    ['a token cut short', '401 invalid_token_format', async () => (await givenErp(app)).token.slice(0, -1)],
    ['an expired token', '401 token_expired', () => changed({ expiresAt: hourAgo() })],
    ['a revoked token', '401 token_revoked', () => changed({ revokedAt: hourAgo() })],
    ['a token of an inactive integration', '403 integration_inactive', ofInactiveIntegration],
    ['a personal token', '401 invalid_token_format', async () => (await givenPerson(app)).token],
    ['an access token from sign-in', '401 invalid_token_format', once(accessToken)],
    ['a private token', '401 invalid_token_format', once(privateToken)],
  ])('%s: %s', async (_, answer, given) => {
    expect(await answersWith(given)).toEqual(byRoute(CLOSED_ROUTES, () => answer));
  });
});

describe('a token is let in where the contract says so, and nowhere else,', () => {
  it.each<[string, readonly Scope[]]>([
    ...SCOPES.map((scope): [string, Scope[]] => [`with ${scope} alone`, [scope]]),
    ['with no scope', []],
    ['with all scopes', SCOPES],
  ])('%s', async (_, scopes) => {
    const answers = await answersWith(async () => (await givenErp(app, { scopes })).token);
    const expected = byRoute(CLOSED_ROUTES, (route) =>
      lets(scopes, route) ? 'let in' : '403 insufficient_scopes',
    );
    expect(answers).toEqual(expected);
  });
});

/** What the one side has of everything that the routes name. */
interface Owned {
  erp: Erp;
  webhookId: string;
  deliveryId: string;
  logId: string;
}

async function givenAll(): Promise<Owned> {
  const erp = await givenErp(app);
  const endpoint = await givenEndpoint(erp, 'supplier.created');
  await erp.client.put('/suppliers/A-1', { name: 'A' });
  await erp.client.put('/products/A-1', { name: 'A' });
  const batches = ['A-1', 'LOT-1'].map((externalId) => ({
    externalId,
    productExternalId: 'A-1',
    batchNumber: '1',
  }));
  await erp.client.post('/batches', { batches, autoCreateDDS: true });
  const [delivery] = await endpoint.settled(1);
  const [log] = (await erp.client.get('/sync-logs')).body.data;
  return { erp, webhookId: endpoint.id, deliveryId: delivery?.id as string, logId: log.id as string };
}

const READS = CLOSED_ROUTES.filter(({ method }) => method === 'GET');

/** The route with the ids of what is there. */
const about = ({ webhookId, deliveryId, logId }: Owned, route: IntegrationRoute): IntegrationRoute => ({
  ...route,
  path: route.path.replace('wh_1', webhookId).replace('evt_1', deliveryId).replace('log_1', logId),
});

async function readAll(owned: Owned): Promise<ByRoute<unknown>> {
  const bodies: ByRoute<unknown> = {};
  for (const route of READS) bodies[nameOf(route)] = (await call(owned.erp.client, about(owned, route))).body;
  return bodies;
}

describe.each(['another company', 'another integration of the company'])('a token of %s', (whose) => {
  const CATALOGUE = 'GET /webhook-events/event-types';
  const BY_ID = /\/(A-1|LOT-1|wh_1|log_1)/;
  const EMPTY = { entities: [], total: 0, page: 1, limit: 50, nextCursor: null };
  const LISTS: ByRoute<unknown> = {
    'GET /suppliers': EMPTY,
    'GET /products': EMPTY,
    'GET /batches': EMPTY,
    'GET /changes': { changes: [], nextCursor: expect.any(String), hasMore: false },
    'GET /sync-status': { suppliers: { total: 0 }, products: { total: 0 }, batches: { total: 0 } },
    'GET /sync-logs': { data: [], total: 0, page: 1, limit: 50, totalPages: 0 },
    'GET /webhook-events': { webhooks: [] },
  };
  let owned: Owned;
  let before: ByRoute<unknown>;
  const answers: ByRoute<Answer> = {};

  beforeAll(async () => {
    owned = await givenAll();
    before = await readAll(owned);
    const shared = whose === 'another company' ? {} : { companyId: owned.erp.companyId };
    // A stranger of its own for each route: what one of them makes is no answer to another.
    for (const route of CLOSED_ROUTES) {
      const { client } = await givenErp(app, shared);
      answers[nameOf(route)] = await call(client, about(owned, route));
    }
  });

  it('finds nothing by an id that is another’s', () => {
    // A PUT makes a record of one's own.
    const byId = CLOSED_ROUTES.filter(({ method, path }) => BY_ID.test(path) && method !== 'PUT');
    const outcomes = byRoute(byId, (route) => {
      const { status, body } = answers[nameOf(route)] as Answer;
      return `${status} ${body.error}`;
    });
    expect(outcomes).toEqual(byRoute(byId, () => '404 NOT_FOUND'));
  });

  it('is shown empty lists', () => {
    const lists = READS.filter((route) => nameOf(route) in LISTS);
    expect(byRoute(lists, (route) => answers[nameOf(route)]?.body)).toEqual(LISTS);
  });

  it('leaves all as it was, and learns no id of it', async () => {
    expect(await readAll(owned)).toEqual(before);
    const { erp, deliveryId } = owned;
    const told = JSON.stringify(Object.values(answers).map(({ body }) => body));
    const { [CATALOGUE]: _, ...own } = before;
    const ids = JSON.stringify(own).match(/\b(sup|prd|bat|dds|log)_[0-9a-z]{26}/g) ?? [];
    const secret = [...new Set([...ids, erp.integrationId, erp.tokenId, deliveryId])];
    expect(ids.length).toBeGreaterThan(4);
    expect(secret.filter((id) => told.includes(id))).toEqual([]);
  });
});
