import { networkInterfaces } from 'node:os';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function started(settings: Record<string, string>): Promise<{ app: TestApp; erp: Erp }> {
  app = await startApp(settings);
  return { app, erp: await givenErp(app) };
}

type Line = Record<string, unknown>;
const lineOf = (log: string[], input: (line: Line) => boolean): Line =>
  log.map((text) => JSON.parse(text) as Line).find(input) as Line;

describe('METRICS_PORT', () => {
  it('serves the metrics on loopback, by route and without ids, and not on the public port', async () => {
    const { app, erp } = await started({ METRICS_PORT: '0' });
    await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'SECRET-ID' })] });
    await erp.client.get('/suppliers/SECRET-ID?x=SECRET-ID');
    await erp.client.get('/nowhere/SECRET-ID');
    const { host, port } = lineOf(app.log, ({ msg }) => msg === 'metrics listening') as {
      host: string;
      port: number;
    };
    expect(host).toBe('127.0.0.1');
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const text = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain/),
    ]);
    expect(text).toMatch(
      /http_request_duration_seconds_count\{.*route="\/api\/v1\/integration\/suppliers\/:externalId"/,
    );
    for (const counted of [
      'eudr_rows_synced_total{type="suppliers",outcome="created"} 1',
      'eudr_credential_checks_total{source="database"}',
      '# TYPE eudr_webhook_attempts_total counter',
    ]) {
      expect(text).toContain(counted);
    }
    for (const secret of ['SECRET-ID', erp.token, erp.tokenId, erp.integrationId, erp.companyId]) {
      expect(text).not.toContain(secret);
    }
    for (const outside of Object.values(networkInterfaces()).flat()) {
      if (!outside || outside.internal || outside.family !== 'IPv4') continue;
      await expect(fetch(`http://${outside.address}:${port}/metrics`)).rejects.toThrow();
    }
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
  });

  it('unset, serves none', async () => {
    const { app } = await started({});
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
    expect(lineOf(app.log, ({ msg }) => msg === 'metrics listening')).toBeUndefined();
  });
});

describe('CORS_ORIGINS', () => {
  const ORIGIN = 'https://console.acme.example';
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  };

  it('unset, lets no origin in', async () => {
    const { erp } = await started({});
    const { status, headers } = await erp.client.get('/suppliers', { origin: ORIGIN });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const asked = await erp.client.send('OPTIONS', '/suppliers', undefined, { origin: ORIGIN, ...preflight });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, null]);
  });

  it('lets the listed origins in, on answers, errors and preflights, and no other', async () => {
    const { app, erp } = await started({ CORS_ORIGINS: `https://other.example, ${ORIGIN}` });
    const allowed = async (
      headers: Record<string, string>,
      method = 'GET',
    ): Promise<[number, string | null]> => {
      const answer = await erp.client.send(method, '/suppliers', undefined, headers);
      return [answer.status, answer.headers.get('access-control-allow-origin')];
    };
    expect(await allowed({ origin: ORIGIN })).toEqual([200, ORIGIN]);
    expect(await allowed({ origin: ORIGIN, authorization: 'Bearer wrong' })).toEqual([401, ORIGIN]);
    expect(await allowed({ origin: 'https://evil.example' })).toEqual([200, null]);
    expect(await allowed({ origin: `${ORIGIN}.evil.example` })).toEqual([200, null]);
    const anonymous = await fetch(`${app.url}/api/v1/integration/suppliers`, {
      method: 'OPTIONS',
      headers: { origin: ORIGIN, ...preflight },
    });
    expect([anonymous.status, anonymous.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
    expect(anonymous.headers.get('access-control-allow-methods')).toMatch(/POST/);
    expect(anonymous.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
  });
});

describe('TRUST_PROXY', () => {
  const cases: [settings: string, forwarded: string, ip: string][] = [
    ['', '203.0.113.9', '127.0.0.1'],
    ['10.0.0.0/8', '203.0.113.9', '127.0.0.1'],
    ['127.0.0.1/32', '203.0.113.9', '203.0.113.9'],
    ['127.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['127.0.0.1/32', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['127.0.0.1/32,10.0.0.0/8', '203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['10.0.0.0/8, 127.0.0.0/8', '198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
  ];

  it.each(cases)('"%s" makes of X-Forwarded-For: %s the address %s', async (setting, forwarded, ip) => {
    const { app, erp } = await started({ TRUST_PROXY: setting });
    const answer = await erp.client.get('/suppliers', { 'x-forwarded-for': forwarded });
    const requestId = answer.headers.get('x-request-id');
    expect(lineOf(app.log, (line) => line['requestId'] === requestId)).toMatchObject({ ip });
  });
});
