import type { ByRoute } from './route-matrix.js';
import { newAddress } from '../people/people.js';
import { PASSWORD } from '../people/usual-password.js';

/** For a route without a body. */
export const NO_BODY = undefined;

type Bodies = ByRoute<object | typeof NO_BODY>;

const tomorrow = (): string => new Date(Date.now() + 24 * 3_600_000).toISOString();
const integration = { name: 'Another', type: 'SAP' };
const token = { name: 'nightly', scopes: ['integration:suppliers:read'] };
const webhook = { url: 'https://93.184.216.34/', events: ['supplier.created'] };
const replay = { since: '2026-01-01T00:00:00Z', status: 'failed' };
const OWN = '/api/integrations/:integration';
const PROJECT = '/apiops/projects/:company';

/** A valid body for each write route for people. */
export const peopleBodies = (): Bodies => ({
  'POST /api/v1/auth/logout': NO_BODY,
  'POST /api/v1/auth/password': { current_password: PASSWORD, new_password: 'another battery, a better one' },
  'POST /api/v1/auth/private_tokens': { name: 'nightly', expiration_time: tomorrow() },
  'PATCH /api/v1/auth/private_tokens/:id': { companies: ['com_1'] },
  'POST /api/integrations': integration,
  [`PUT ${OWN}`]: integration,
  [`POST ${OWN}/tokens`]: token,
  [`PATCH ${OWN}/tokens/:token/revoke`]: NO_BODY,
  [`POST ${OWN}/tokens/:token/rotate`]: { graceSeconds: 60 },
  [`POST ${OWN}/webhooks`]: webhook,
  [`PATCH ${OWN}/webhooks/:id`]: { description: 'Goods inwards' },
  [`POST ${OWN}/webhooks/:id/test`]: NO_BODY,
  [`POST ${OWN}/webhooks/:id/rotate-secret`]: { graceSeconds: 60 },
  [`POST ${OWN}/webhooks/:id/deliveries/:deliveryId/redeliver`]: NO_BODY,
  [`POST ${OWN}/webhooks/:id/replay`]: replay,
  'POST /apiops/tokens': { name: 'script', expires: 'never' },
  'PATCH /apiops/tokens/:token': { companies: ['com_1'] },
  'POST /apiops/tokens/:token/revoke': NO_BODY,
  [`POST ${PROJECT}/integrations`]: integration,
  [`POST ${PROJECT}/integrations/:integration/activate`]: NO_BODY,
  [`POST ${PROJECT}/integrations/:integration/deactivate`]: NO_BODY,
  [`POST ${PROJECT}/integrations/:integration/tokens`]: token,
  [`POST ${PROJECT}/integrations/:integration/tokens/:token/revoke`]: NO_BODY,
  [`POST ${PROJECT}/users`]: { email: newAddress(), roles: ['ROLE_VIEWER'] },
  [`PUT ${PROJECT}/users/:user/roles`]: { roles: ['ROLE_MANAGE_INTEGRATIONS'] },
  [`POST ${PROJECT}/users/:user/disable`]: NO_BODY,
  [`POST ${PROJECT}/users/:user/enable`]: NO_BODY,
  [`POST ${PROJECT}/tokens/revoke`]: { all: true },
});

/** A valid body for each write route of the Integration API, except records. */
export const machineBodies = (): Bodies => ({
  'POST /sync-status': { entityType: 'SUPPLIER', externalIds: ['A-1'] },
  'POST /webhook-events': webhook,
  'PATCH /webhook-events/wh_1': { description: 'Goods inwards' },
  'POST /webhook-events/wh_1/test': NO_BODY,
  'POST /webhook-events/wh_1/rotate-secret': { graceSeconds: 60 },
  'POST /webhook-events/wh_1/deliveries/evt_1/redeliver': NO_BODY,
  'POST /webhook-events/wh_1/replay': replay,
  'POST /auth/revoke': { disableWebhooks: true },
});

/** A valid body for each write route that needs no credential. The things that it names need not exist. */
export const publicBodies = (): ByRoute<object> => ({
  'POST /api/v1/auth/login': { username: 'ana@acme.example', password: PASSWORD, company_id: 'com_1' },
  'POST /api/v1/auth/refresh': { refresh_token: `eudr_ref_${'0'.repeat(48)}` },
  'POST /api/v1/auth/invitations/accept': { token: `eudr_inv_${'0'.repeat(48)}`, password: PASSWORD },
  'POST /apiops/auth/token': {
    grant_type: 'client_credentials',
    client_id: 'ana@acme.example',
    client_secret: PASSWORD,
  },
  'POST /apiops/tokens/leaked': { tokens: [`eudr_live_${'0'.repeat(48)}`] },
});
