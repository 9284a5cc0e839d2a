import { randomUUID } from 'node:crypto';
import { programsIn } from '../processes/processes.js';

/** The oldest release that may run beside this version. `npm run test:upgrade` builds it. */
const COMMIT = '6acf999';

export const RELEASE = programsIn(`node_modules/.cache/releases/${COMMIT}/dist`);

/** A response. */
export interface Reply {
  status: number;
  headers: Headers;
  // Bodies are as various as the routes; tests assert on them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/**
 * Calls a server of any version as an ERP or a script does. Unlike `Client`, it does not check responses
 * against the OpenAPI document.
 */
export class Caller {
  constructor(
    readonly url: string,
    private readonly token?: string,
  ) {}

  as(token: string): Caller {
    return new Caller(this.url, token);
  }

  /** Calls the Integration API with a token of an integration. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    return this.call(method, `/api/v1/integration${path}`, body, headers);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Returns the external ids of all suppliers, by following the pages of the list. */
  async suppliers(): Promise<string[]> {
    const found: string[] = [];
    let cursor = '';
    do {
      const { body } = await this.api('GET', `/suppliers?limit=20${cursor}`);
      found.push(...body.entities.map(({ externalId }: { externalId: string }) => externalId));
      cursor = body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(body.nextCursor as string)}`;
    } while (cursor !== '');
    return found;
  }
}

export const supplierRows = (prefix: string, howMany: number): { externalId: string; name: string }[] =>
  Array.from({ length: howMany }, (_, index) => ({
    externalId: `${prefix}-${index}`,
    name: `${prefix} ${index}`,
  }));

/**
 * Makes the usual calls through one server.
 * @throws an assertion error for a wrong response
 */
export async function smoke(erp: Caller, person: Caller, integrationId: string): Promise<void> {
  const prefix = randomUUID().slice(0, 8);
  await writesAndReads(erp, prefix);
  await issuesAndRevokes(person, integrationId, prefix);
}

async function writesAndReads(erp: Caller, prefix: string): Promise<void> {
  const key = { 'idempotency-key': randomUUID() };
  const bulk = { suppliers: supplierRows(prefix, 20) };
  const first = await erp.api('POST', '/suppliers', bulk, key);
  expect([first.status, first.body.created]).toEqual([200, 20]);
  const again = await erp.api('POST', '/suppliers', bulk, key);
  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  const single = `/suppliers/${prefix}-0`;
  expect((await erp.api('PUT', single, { name: 'Renamed' })).status).toBe(200);
  expect((await erp.api('GET', single)).body).toMatchObject({ name: 'Renamed' });
  expect((await erp.api('DELETE', `/suppliers/${prefix}-1`)).status).toBe(204);
  expect((await erp.api('GET', `/suppliers/${prefix}-1`)).status).toBe(404);
  const listed = (await erp.suppliers()).filter((id) => id.startsWith(prefix));
  expect(listed).toHaveLength(19);
  for (const path of [
    '/sync-status?entityType=SUPPLIER',
    '/sync-logs',
    '/changes',
    '/webhook-events',
    '/auth/test',
  ])
    expect([path, (await erp.api('GET', path)).status]).toEqual([path, 200]);
}

async function issuesAndRevokes(person: Caller, integrationId: string, name: string): Promise<void> {
  const tokens = `/api/integrations/${integrationId}/tokens`;
  const issued = await person.call('POST', tokens, { name, scopes: ['integration:suppliers:read'] });
  expect(issued.status).toBe(201);
  const machine = person.as(issued.body.token as string);
  expect((await machine.api('GET', '/suppliers')).status).toBe(200);
  expect((await person.call('PATCH', `${tokens}/${issued.body.id}/revoke`)).status).toBe(200);
  expect((await machine.api('GET', '/suppliers')).status).toBe(401);
}
