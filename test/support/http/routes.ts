import type { Scope } from '../../../src/auth/principal/scopes.js';

const MANAGE = 'integration:webhooks:manage';

/** A route of the Integration API, as the contract lists it. */
export interface IntegrationRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Undefined: any valid credential is enough. */
  scope?: Scope;
  /** One of these scopes is enough. */
  anyOf?: Scope[];
  body?: object;
}

type Reading = 'integration:suppliers:read' | 'integration:products:read' | 'integration:batches:read';
type Writing = 'integration:suppliers:write' | 'integration:products:write' | 'integration:batches:write';

function recordRoutes(type: 'suppliers' | 'products' | 'batches'): IntegrationRoute[] {
  const read: Reading = `integration:${type}:read`;
  const write: Writing = `integration:${type}:write`;
  return [
    { method: 'GET', path: `/${type}`, scope: read },
    { method: 'POST', path: `/${type}`, scope: write, body: { [type]: [] } },
    { method: 'GET', path: `/${type}/A-1`, scope: read },
    { method: 'PUT', path: `/${type}/A-1`, scope: write, body: { name: 'A' } },
    { method: 'DELETE', path: `/${type}/A-1`, scope: write },
  ];
}

/** Every route that needs a credential, with its scope in the contract. */
export const CLOSED_ROUTES: readonly IntegrationRoute[] = [
  ...recordRoutes('suppliers'),
  ...recordRoutes('products'),
  ...recordRoutes('batches'),
  { method: 'GET', path: '/dds/LOT-1', scope: 'integration:dds:read' },
  {
    method: 'GET',
    path: '/changes',
    anyOf: ['integration:suppliers:read', 'integration:products:read', 'integration:batches:read'],
  },
  { method: 'GET', path: '/sync-status', scope: 'integration:sync:read' },
  {
    method: 'POST',
    path: '/sync-status',
    scope: 'integration:sync:read',
    body: { entityType: 'SUPPLIER', externalIds: ['A-1'] },
  },
  { method: 'GET', path: '/sync-logs', scope: 'integration:sync:read' },
  { method: 'GET', path: '/sync-logs/log_1', scope: 'integration:sync:read' },
  { method: 'GET', path: '/webhook-events', scope: MANAGE },
  {
    method: 'POST',
    path: '/webhook-events',
    scope: MANAGE,
    body: { url: 'https://93.184.216.34/', events: ['*'] },
  },
  { method: 'GET', path: '/webhook-events/event-types', scope: MANAGE },
  { method: 'GET', path: '/webhook-events/wh_1', scope: MANAGE },
  { method: 'PATCH', path: '/webhook-events/wh_1', scope: MANAGE, body: {} },
  { method: 'DELETE', path: '/webhook-events/wh_1', scope: MANAGE },
  { method: 'POST', path: '/webhook-events/wh_1/test', scope: MANAGE },
  { method: 'POST', path: '/webhook-events/wh_1/rotate-secret', scope: MANAGE, body: {} },
  { method: 'GET', path: '/webhook-events/wh_1/deliveries', scope: MANAGE },
  { method: 'GET', path: '/webhook-events/wh_1/deliveries/evt_1/attempts', scope: MANAGE },
  { method: 'POST', path: '/webhook-events/wh_1/deliveries/evt_1/redeliver', scope: MANAGE },
  {
    method: 'POST',
    path: '/webhook-events/wh_1/replay',
    scope: MANAGE,
    body: { since: '2026-01-01T00:00:00Z' },
  },
  { method: 'GET', path: '/auth/test' },
  { method: 'POST', path: '/auth/revoke', body: {} },
];

/** Name of a route in tests. */
export const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
