import type { Scope } from '../../src/access/auth/scopes.js';

/** A route of the Integration API as the contract lists it. */
export interface IntegrationRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** None: any valid credential will do. */
  scope?: Scope;
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

/** Every route that needs a credential, with the scope that the contract gives it. */
export const CLOSED_ROUTES: readonly IntegrationRoute[] = [
  ...recordRoutes('suppliers'),
  ...recordRoutes('products'),
  ...recordRoutes('batches'),
  { method: 'GET', path: '/dds/LOT-1', scope: 'integration:dds:read' },
  { method: 'GET', path: '/sync-status', scope: 'integration:sync:read' },
  { method: 'GET', path: '/sync-logs', scope: 'integration:sync:read' },
  { method: 'GET', path: '/auth/test' },
  { method: 'POST', path: '/auth/revoke', body: {} },
];

export const nameOf = ({ method, path }: IntegrationRoute): string => `${method} ${path}`;
