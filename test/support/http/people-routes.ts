import type { Role } from '../../../src/auth/principal/roles.js';

/** A route for people, as the contract lists it. */
export interface PeopleRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The registered path. `:company` and other parameters are placeholders. */
  path: string;
  /**
   * Kind of caller: a person with any credential (`user`, the default), or one who has signed in (`account`).
   */
  caller?: 'user' | 'account';
  /** One of these roles is needed in the company; empty if the route is about no company. */
  roles: readonly Role[];
  body?: object;
}

/** Routes about the company in the header, or else the caller's default company. */
const OWN = '/api/integrations/:integration';
const PROJECT = '/apiops/projects/:company';
const INTEGRATION = `${PROJECT}/integrations/:integration`;

const ADMIN: Role[] = ['ROLE_ADMIN'];
const READ: Role[] = ['ROLE_VIEWER'];
const MANAGE: Role[] = ['ROLE_MANAGE_INTEGRATIONS'];
const ACTIVATE: Role[] = ['ROLE_ACTIVATE_INTEGRATIONS'];
const SECURITY: Role[] = ['ROLE_API_SECURITY'];

/** Every route for people, with its roles in the contract. */
export const PEOPLE_ROUTES: readonly PeopleRoute[] = [
  { method: 'POST', path: '/api/v1/auth/logout', caller: 'account', roles: [] },
  { method: 'POST', path: '/api/v1/auth/password', caller: 'account', roles: [], body: {} },
  { method: 'GET', path: '/api/v1/auth/private_tokens', caller: 'account', roles: [] },
  { method: 'POST', path: '/api/v1/auth/private_tokens', caller: 'account', roles: [], body: {} },
  { method: 'PATCH', path: '/api/v1/auth/private_tokens/:id', caller: 'account', roles: [], body: {} },
  { method: 'DELETE', path: '/api/v1/auth/private_tokens/:id', caller: 'account', roles: [] },
  { method: 'GET', path: '/api/integrations', roles: READ },
  { method: 'GET', path: '/api/integrations/available-scopes', roles: READ },
  { method: 'POST', path: '/api/integrations', roles: MANAGE, body: {} },
  { method: 'GET', path: OWN, roles: READ },
  { method: 'PUT', path: OWN, roles: MANAGE, body: {} },
  { method: 'DELETE', path: OWN, roles: MANAGE },
  { method: 'GET', path: `${OWN}/tokens`, roles: READ },
  { method: 'POST', path: `${OWN}/tokens`, roles: SECURITY, body: {} },
  { method: 'PATCH', path: `${OWN}/tokens/:token/revoke`, roles: SECURITY },
  { method: 'POST', path: `${OWN}/tokens/:token/rotate`, roles: SECURITY, body: {} },
  { method: 'DELETE', path: `${OWN}/tokens/:token`, roles: SECURITY },
  { method: 'GET', path: `${OWN}/sync-logs`, roles: READ },
  { method: 'GET', path: `${OWN}/sync-logs/:id`, roles: READ },
  { method: 'GET', path: `${OWN}/webhooks`, roles: READ },
  { method: 'POST', path: `${OWN}/webhooks`, roles: SECURITY, body: {} },
  { method: 'GET', path: `${OWN}/webhooks/event-types`, roles: READ },
  { method: 'GET', path: `${OWN}/webhooks/:id`, roles: READ },
  { method: 'PATCH', path: `${OWN}/webhooks/:id`, roles: SECURITY, body: {} },
  { method: 'DELETE', path: `${OWN}/webhooks/:id`, roles: SECURITY },
  { method: 'POST', path: `${OWN}/webhooks/:id/test`, roles: SECURITY },
  { method: 'POST', path: `${OWN}/webhooks/:id/rotate-secret`, roles: SECURITY, body: {} },
  { method: 'GET', path: `${OWN}/webhooks/:id/deliveries`, roles: READ },
  { method: 'GET', path: `${OWN}/webhooks/:id/deliveries/:deliveryId/attempts`, roles: READ },
  { method: 'POST', path: `${OWN}/webhooks/:id/deliveries/:deliveryId/redeliver`, roles: SECURITY },
  { method: 'POST', path: `${OWN}/webhooks/:id/replay`, roles: SECURITY, body: {} },
  { method: 'GET', path: '/apiops/test/hello/:name', roles: [] },
  { method: 'GET', path: '/apiops/projects', roles: [] },
  { method: 'GET', path: '/apiops/tokens', roles: [] },
  { method: 'POST', path: '/apiops/tokens', roles: [], body: {} },
  { method: 'PATCH', path: '/apiops/tokens/:token', roles: [], body: {} },
  { method: 'POST', path: '/apiops/tokens/:token/revoke', roles: [] },
  { method: 'GET', path: `${PROJECT}/integrations`, roles: READ },
  { method: 'POST', path: `${PROJECT}/integrations`, roles: MANAGE, body: {} },
  { method: 'GET', path: INTEGRATION, roles: READ },
  { method: 'DELETE', path: INTEGRATION, roles: MANAGE },
  { method: 'POST', path: `${INTEGRATION}/activate`, roles: ACTIVATE },
  { method: 'POST', path: `${INTEGRATION}/deactivate`, roles: ACTIVATE },
  { method: 'GET', path: `${INTEGRATION}/tokens`, roles: READ },
  { method: 'POST', path: `${INTEGRATION}/tokens`, roles: SECURITY, body: {} },
  { method: 'POST', path: `${INTEGRATION}/tokens/:token/revoke`, roles: SECURITY },
  { method: 'GET', path: `${PROJECT}/users`, roles: ADMIN },
  { method: 'POST', path: `${PROJECT}/users`, roles: ADMIN, body: {} },
  { method: 'GET', path: `${PROJECT}/users/invitations`, roles: ADMIN },
  { method: 'DELETE', path: `${PROJECT}/users/invitations/:invitation`, roles: ADMIN },
  { method: 'PUT', path: `${PROJECT}/users/:user/roles`, roles: ADMIN, body: {} },
  { method: 'DELETE', path: `${PROJECT}/users/:user`, roles: ADMIN },
  { method: 'POST', path: `${PROJECT}/users/:user/disable`, roles: ADMIN },
  { method: 'POST', path: `${PROJECT}/users/:user/enable`, roles: ADMIN },
  { method: 'GET', path: `${PROJECT}/audit`, roles: SECURITY },
  { method: 'GET', path: `${PROJECT}/usage`, roles: READ },
  { method: 'POST', path: `${PROJECT}/tokens/revoke`, roles: SECURITY, body: {} },
];
