import { newId } from '../../../src/platform/ids/ids.js';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { DAY_MS } from '../../../src/platform/values/time.js';
import type { TestApp } from '../app/app.js';
import type { Answer, Client } from '../http/client.js';
import { type Account, givenAccount, signedIn } from '../people/accounts.js';
import { givenPerson, type Person } from '../people/members.js';
import { insertRows, type TableRow } from './rows.js';

/** A member of a company with things to list. A neighbour has the same kind of things. */
export interface World {
  app: TestApp;
  person: Person;
  account: Account;
  session: Client;
  webhookId: string;
  setId: string;
}

/** A list: its address, and how to add items. */
export interface List {
  path(world: World): string;
  /** The caller: the person's token, the integration's token, or a session. */
  client?(world: World): Client;
  /** The parameter for the page size. */
  size: 'size' | 'limit' | 'page_size';
  /** Returns the ids in a response. */
  ids(body: Answer['body']): string[];
  /** The table that grows. */
  table: string;
  /** Adds rows to the list, many with equal times and names. */
  add(world: World, howMany: number): Promise<void>;
}

const EQUAL = toSqlInstant(new Date('2026-03-01T08:00:00Z'));
const LATER = toSqlInstant(new Date(Date.now() + 3 * DAY_MS));

let serial = 0;
const times = (howMany: number): number[] => Array.from({ length: howMany }, () => (serial += 1));
const hash = (n: number): string => n.toString(16).padStart(64, '0');

const idsOf =
  (member: string, id = 'id') =>
  (body: Answer['body']): string[] =>
    (body[member] as Record<string, unknown>[]).map((item) => String(item[id]));

export async function givenWorld(app: TestApp): Promise<World> {
  const person = await givenPerson(app);
  const account = await givenAccount(app, { companyId: person.companyId });
  const session = (await signedIn(app, account)).client;
  const world = { app, person, account, session, webhookId: newId('wh'), setId: newId('evt') };
  await insertRows(app, 'webhooks', [webhookRow(world, world.webhookId)]);
  await insertRows(app, 'webhook_deliveries', [deliveryRow(world, world.setId)]);
  return world;
}

function webhookRow({ person }: World, id: string): TableRow {
  return {
    ...{ id, company_id: person.companyId, integration_id: person.erp.integrationId },
    ...{ credential_id: person.erp.tokenId, url: 'https://erp.example/', events: '["*"]', active: 0 },
    ...{ secret: 'sealed', failure_count: 0, created_at: EQUAL, updated_at: EQUAL },
  };
}

function deliveryRow({ webhookId }: World, setId: string): TableRow {
  const webhook = { webhook_id: webhookId, set_id: setId, position: 0, event: 'supplier.created' };
  return { ...webhook, status: 'FAILED', due_at: EQUAL, tries: 1, created_at: EQUAL };
}

const integrations = (world: World, howMany: number): Promise<void> =>
  insertRows(
    world.app,
    'integrations',
    times(howMany).map((n) => ({
      ...{ id: newId('int'), company_id: world.person.companyId, name: `System ${n}`, type: 'SAP' },
      ...{ status: 'ACTIVE', sync_method: 'PUSH', created_at: EQUAL, updated_at: EQUAL },
    })),
  );

const tokens = (world: World, howMany: number): Promise<void> =>
  insertRows(
    world.app,
    'tokens',
    times(howMany).map((n) => ({
      ...{ id: newId('tok'), company_id: world.person.companyId, name: 'one of many', hash: hash(n) },
      ...{ integration_id: world.person.erp.integrationId, prefix: 'eudr_live_0', scopes: '[]' },
      created_at: EQUAL,
    })),
  );

const webhooks = (world: World, howMany: number): Promise<void> =>
  insertRows(
    world.app,
    'webhooks',
    times(howMany).map(() => webhookRow(world, newId('wh'))),
  );

const privateTokens = ({ app, account }: World, howMany: number): Promise<void> =>
  insertRows(
    app,
    'private_tokens',
    times(howMany).map((n) => ({
      ...{ id: newId('prv'), user_id: account.id, company_id: account.companyId, hash: hash(n) },
      ...{ name: `server ${n % 3}`, expires_at: n % 2 ? LATER : EQUAL, created_at: EQUAL },
    })),
  );

const syncLogs = (world: World, howMany: number): Promise<void> =>
  insertRows(
    world.app,
    'sync_logs',
    times(howMany).map(() => ({
      ...{ id: newId('log'), company_id: world.person.companyId, entity_type: 'SUPPLIER' },
      ...{ integration_id: world.person.erp.integrationId, action: 'FULL_SYNC', status: 'ERROR' },
      ...{ records_affected: 0, metadata: '{"created":0,"updated":0,"unchanged":0,"deleted":0,"errors":[]}' },
      ...{ started_at: EQUAL, created_at: EQUAL },
    })),
  );

const sequences = new Map<string, number>();

const audit = ({ app, person }: World, howMany: number): Promise<void> =>
  insertRows(
    app,
    'audit_entries',
    times(howMany).map(() => {
      const sequence = (sequences.get(person.companyId) ?? 1_000) + 1;
      sequences.set(person.companyId, sequence);
      return {
        ...{ company_id: person.companyId, sequence, id: newId('aud'), at: EQUAL, actor_kind: 'user' },
        ...{ actor_id: person.userId, actor_name: person.email, action: 'token.created' },
        ...{ target_kind: 'token', target_id: person.tokenId, target_name: 'nightly', details: '{}' },
        ...{ pepper: 'test', mac: hash(sequence) },
      };
    }),
  );

const auditList = (query: (world: World) => string): List => ({
  path: (world) => `/apiops/projects/${world.person.slug}/audit/?${query(world)}`,
  size: 'size',
  ids: idsOf('resultList', 'sequence'),
  table: 'audit_entries',
  add: audit,
});

const privateTokenList = (ordering: string): List => ({
  path: () => `/api/v1/auth/private_tokens/?ordering=${ordering}&`,
  client: ({ session }) => session,
  size: 'page_size',
  ids: idsOf('results'),
  table: 'private_tokens',
  add: privateTokens,
});

const syncLogList = (query: string): List => ({
  path: () => `/api/v1/integration/sync-logs?${query}`,
  client: ({ person }) => person.erp.client,
  size: 'limit',
  ids: idsOf('data'),
  table: 'sync_logs',
  add: syncLogs,
});

const deliveryList = (query: string): List => ({
  path: ({ webhookId }) => `/api/v1/integration/webhook-events/${webhookId}/deliveries?${query}`,
  client: ({ person }) => person.erp.client,
  size: 'limit',
  ids: idsOf('deliveries'),
  table: 'webhook_deliveries',
  add: (world, howMany) =>
    insertRows(
      world.app,
      'webhook_deliveries',
      times(howMany).map(() => deliveryRow(world, newId('evt'))),
    ),
});

/** Every list that grows, by name. */
export const LISTS: Record<string, List> = {
  'integrations of an account': {
    path: () => '/api/integrations?',
    size: 'limit',
    ids: idsOf('data'),
    table: 'integrations',
    add: integrations,
  },
  'integrations under /apiops': {
    path: ({ person }) => `/apiops/projects/${person.slug}/integrations/?`,
    size: 'size',
    ids: idsOf('resultList'),
    table: 'integrations',
    add: integrations,
  },
  'tokens of an account': {
    path: ({ person }) => `/api/integrations/${person.erp.integrationId}/tokens?`,
    size: 'limit',
    ids: idsOf('data'),
    table: 'tokens',
    add: tokens,
  },
  'tokens under /apiops': {
    path: ({ person }) => `/apiops/projects/${person.slug}/integrations/${person.erp.integrationId}/tokens/?`,
    size: 'size',
    ids: idsOf('resultList'),
    table: 'tokens',
    add: tokens,
  },
  'personal tokens': {
    path: () => '/apiops/tokens/?',
    size: 'size',
    ids: idsOf('resultList'),
    table: 'personal_tokens',
    add: ({ app, person }, howMany) =>
      insertRows(
        app,
        'personal_tokens',
        times(howMany).map((n) => ({
          ...{ id: newId('pat'), user_id: person.userId, name: 'script', hash: hash(n) },
          ...{ prefix: 'eudr_pat_0', created_at: EQUAL },
        })),
      ),
  },
  'private tokens, the latest first': privateTokenList('-created'),
  'private tokens by name': privateTokenList('name'),
  'private tokens by expiry, the latest first': privateTokenList('-expiration_time'),
  users: {
    path: ({ person }) => `/apiops/projects/${person.slug}/users/?`,
    size: 'size',
    ids: idsOf('resultList'),
    table: 'memberships',
    add: async ({ app, person }, howMany) => {
      const ids = times(howMany).map((n) => ({ id: newId('usr'), email: `many-${n}@example.com` }));
      await insertRows(
        app,
        'users',
        ids.map(({ id, email }) => ({
          ...{ id, email, default_company_id: person.companyId, verified: 1 },
          ...{ created_at: EQUAL, updated_at: EQUAL },
        })),
      );
      await insertRows(
        app,
        'memberships',
        ids.map(({ id }) => ({
          ...{ user_id: id, company_id: person.companyId, roles: '["ROLE_VIEWER"]' },
          ...{ created_at: EQUAL, updated_at: EQUAL },
        })),
      );
    },
  },
  'open invitations': {
    path: ({ person }) => `/apiops/projects/${person.slug}/users/invitations/?`,
    size: 'size',
    ids: idsOf('resultList'),
    table: 'invitations',
    add: ({ app, person }, howMany) =>
      insertRows(
        app,
        'invitations',
        times(howMany).map((n) => ({
          ...{ id: newId('inv'), company_id: person.companyId, email: `guest-${n}@example.com` },
          ...{ roles: '["ROLE_VIEWER"]', hash: hash(n), expires_at: LATER, created_at: EQUAL },
        })),
      ),
  },
  'the audit log': auditList(() => ''),
  'the audit log of an actor': auditList(({ person }) => `actor=${person.userId}&`),
  'the audit log of an address': auditList(({ person }) => `actor=${person.email}&`),
  'the audit log of a target': auditList(() => 'target=nightly&'),
  'the audit log of an action': auditList(() => 'action=token.created&'),
  'the audit log of a time': auditList(() => 'since=2026-01-01&'),
  'the audit log of an actor and a time': auditList(
    ({ person }) => `actor=${person.userId}&since=2026-01-01&`,
  ),
  usage: {
    path: ({ person }) => `/apiops/projects/${person.slug}/usage/?from=2026-01-01&`,
    size: 'size',
    ids: idsOf('resultList', 'credentialId'),
    table: 'usage_days',
    add: ({ app, person }, howMany) =>
      insertRows(
        app,
        'usage_days',
        times(howMany).map((n) => ({
          ...{ company_id: person.companyId, day: `2026-03-0${(n % 3) + 1}`, credential_id: newId('tok') },
          ...{ requests: 1, errors: 0, last_used_at: EQUAL },
        })),
      ),
  },
  'webhooks of a token': {
    path: () => '/api/v1/integration/webhook-events?',
    client: ({ person }) => person.erp.client,
    size: 'limit',
    ids: idsOf('webhooks'),
    table: 'webhooks',
    add: webhooks,
  },
  'webhooks of an account': {
    path: ({ person }) => `/api/integrations/${person.erp.integrationId}/webhooks?`,
    size: 'limit',
    ids: idsOf('webhooks'),
    table: 'webhooks',
    add: webhooks,
  },
  'sync logs': syncLogList(''),
  'sync logs of a type': syncLogList('entityType=SUPPLIER&'),
  'sync logs of a status': syncLogList('status=ERROR&'),
  deliveries: deliveryList(''),
  'deliveries of a status': deliveryList('status=FAILED&'),
  'attempts of a delivery': {
    path: ({ webhookId, setId }) =>
      `/api/v1/integration/webhook-events/${webhookId}/deliveries/${setId}_0/attempts?`,
    client: ({ person }) => person.erp.client,
    size: 'limit',
    ids: idsOf('attempts', 'durationMs'),
    table: 'webhook_attempts',
    add: ({ app, webhookId, setId }, howMany) =>
      insertRows(
        app,
        'webhook_attempts',
        times(howMany).map((n) => ({
          ...{ id: newId('att'), webhook_id: webhookId, set_id: setId, position: 0, at: EQUAL },
          ...{ status_code: 500, duration_ms: n, answer: '' },
        })),
      ),
  },
  suppliers: {
    path: () => '/api/v1/integration/suppliers?',
    client: ({ person }) => person.erp.client,
    size: 'limit',
    ids: idsOf('entities', 'internalId'),
    table: 'suppliers',
    add: async ({ person }, howMany) => {
      const suppliers = times(howMany).map((n) => ({ externalId: `S-${n}`, name: 'Fazenda' }));
      await person.erp.client.post('/suppliers', { suppliers });
    },
  },
};

/** Adds the same things for another company. The list must not read them. */
export async function givenNeighbour(list: List, world: World, howMany: number): Promise<void> {
  const neighbour = await givenWorld(world.app);
  await list.add(neighbour, howMany);
}

export const clientOf = (list: List, world: World): Client => list.client?.(world) ?? world.person.client;
