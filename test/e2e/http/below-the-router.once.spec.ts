import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerClientErrors } from '../../../src/platform/http/protocol/client-errors.js';
import { SECURITY_HEADERS } from '../../../src/platform/http/protocol/response-headers.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { openSocket, say } from '../../support/http/connections.js';
import { ask, askWith, parsed, type RawAnswer } from '../../support/http/raw-answer.js';
import { until } from '../../support/processes/processes.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
});
afterAll(() => app.close());

const BASE = '/api/v1/integration';

/** The error in the plain form, with the headers of every response and a line in the log. */
async function expectWhole({ status, headers, body }: RawAnswer, code: string): Promise<void> {
  const { error, message, requestId, ...rest } = JSON.parse(body) as Record<string, unknown>;
  expect([error, typeof message, rest]).toEqual([code, 'string', expect.anything()]);
  expect(headers.get('x-request-id')).toBe(requestId);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  const isLogged = (line: string): boolean =>
    line.includes(String(requestId)) && line.includes(`"status":${status}`);
  await until(() => Promise.resolve(app.log.some(isLogged)));
}

async function heard(text: string): Promise<RawAnswer> {
  const socket = await openSocket(app.url);
  const answer = parsed(await say(socket, text));
  socket.destroy();
  return answer;
}

describe('what never reaches the router', () => {
  it.each([
    ['too many headers', 431, 'HEADERS_TOO_LARGE', `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`],
    ['too long a URL', 431, 'HEADERS_TOO_LARGE', `GET /?${'x'.repeat(70_000)} HTTP/1.1\r\n\r\n`],
    ['no HTTP at all', 400, 'BAD_REQUEST', '\u0016\u0003\u0001 this is no HTTP\r\n\r\n'],
    ['unencoded characters', 400, 'BAD_REQUEST', 'GET /caf\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a space in the path', 400, 'BAD_REQUEST', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a broken header', 400, 'BAD_REQUEST', 'GET / HTTP/1.1\r\nHost x\r\n\r\n'],
    ['a method of no meaning', 405, 'METHOD_NOT_ALLOWED', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n'],
  ])('%s: %i %s', async (_, status, code, text) => {
    const answer = await heard(text);
    expect(answer.status).toBe(status);
    await expectWhole(answer, code);
    expect(answer.headers.get('connection')).toBe('close');
    expect((await erp.client.get('/health/live')).status).toBe(200);
  });

  it('two lengths, or a length and chunks, are a 400 (request smuggling)', async () => {
    const post = `POST ${BASE}/suppliers HTTP/1.1\r\nHost: x\r\nContent-Length: 2`;
    for (const more of ['Content-Length: 3', 'Transfer-Encoding: chunked']) {
      const answer = await heard(`${post}\r\n${more}\r\n\r\n{}`);
      expect(answer.status).toBe(400);
      await expectWhole(answer, 'BAD_REQUEST');
    }
  });
});

it.each(['gzip, chunked', 'identity, chunked', 'chunked, chunked'])(
  'the transfer coding %s is a 400, as no body is read in it',
  async (coding) => {
    const body = '2\r\n{}\r\n0\r\n\r\n';
    const head = `POST ${BASE}/suppliers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${erp.token}`;
    const answer = await heard(
      `${head}\r\nContent-Type: application/json\r\nTransfer-Encoding: ${coding}\r\n\r\n${body}`,
    );
    expect(answer.status).toBe(400);
    await expectWhole(answer, 'BAD_REQUEST');
  },
);

it('headers that do not come in time are a 408', async () => {
  const lines: string[] = [];
  const logger = createLogger({ LOG_LEVEL: 'info' }, { write: (line) => lines.push(line) });
  const server = createServer({ headersTimeout: 50, connectionsCheckingInterval: 10 });
  server
    .on('clientError', answerClientErrors({ logger, headers: SECURITY_HEADERS, helpOf: () => undefined }))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = await openSocket(`http://127.0.0.1:${port}`);
  const answer = parsed(await say(socket, 'GET / HTTP/1.1\r\nHo'));
  expect([answer.status, JSON.parse(answer.body)]).toEqual([
    408,
    { error: 'REQUEST_TIMEOUT', message: expect.any(String), requestId: answer.headers.get('x-request-id') },
  ]);
  expect(lines).toHaveLength(1);
  socket.destroy();
  server.close();
});

describe('what the router or Node would refuse by itself', () => {
  it('no Host is a 400', async () => {
    const answer = await askWith(app.url, 'GET /health/live HTTP/1.1');
    expect(answer.status).toBe(400);
    await expectWhole(answer, 'BAD_REQUEST');
  });

  it.each(['/%zz', `${BASE}/suppliers/${'x'.repeat(3_100)}`])('%# is a 400 like any other', async (path) => {
    const answer = await ask(app.url, `GET ${path} HTTP/1.1`);
    expect(answer.status).toBe(400);
    await expectWhole(answer, 'VALIDATION_ERROR');
  });

  it('a wish for another protocol is no obstacle', async () => {
    for (const name of ['websocket', 'h2c']) {
      const lines = [`Upgrade: ${name}`, 'Connection: Upgrade'];
      expect((await ask(app.url, 'GET /health/live HTTP/1.1', ...lines)).status).toBe(200);
    }
  });

  it('an expectation that nobody knows is no obstacle', async () => {
    expect((await ask(app.url, 'GET /health/live HTTP/1.1', 'Expect: a-miracle')).status).toBe(200);
  });
});

it('500 UUIDs fit into a URL, and so does whatever has 48 kB', async () => {
  await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'THERE' })] });
  const ids = Array.from({ length: 500 }, () => crypto.randomUUID());
  for (const list of [
    [...ids, 'THERE'],
    ['x'.repeat(200), ...ids, 'THERE'],
  ]) {
    const { status, body } = await erp.client.get(
      `/sync-status?entityType=SUPPLIER&externalIds=${list.slice(-500).join('%2C')}`,
    );
    expect([status, body.total]).toEqual([200, 1]);
  }
  const filler = 'x'.repeat(48 * 1024);
  expect((await erp.client.get(`/suppliers/THERE?filler=${filler}`)).status).not.toBe(431);
});
