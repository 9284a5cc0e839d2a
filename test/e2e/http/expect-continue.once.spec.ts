import { once } from 'node:events';
import type { Socket } from 'node:net';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { openSocket } from '../../support/http/connections.js';
import { parsed, type RawAnswer } from '../../support/http/raw-answer.js';

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const SUPPLIERS = '/api/v1/integration/suppliers';
const JSON_TYPE = 'Content-Type: application/json';
const JSON_BODY = [JSON_TYPE, 'Content-Length: 20'];

let app: TestApp;
let erp: Erp;
let socket: Socket;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  socket = await openSocket(app.url);
});
afterEach(() => socket.destroy());

const bearer = (token: string): string => `Authorization: Bearer ${token}`;

/** The head of a request that waits to be told to send its body. */
const head = (requestLine: string, ...headers: string[]): string =>
  [`${requestLine} HTTP/1.1`, 'Host: localhost', 'Expect: 100-continue', ...headers, '', ''].join('\r\n');

async function heard(): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

/** All that comes until the server closes the connection. */
async function heardUntilClosed(): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(socket, 'close');
  return text;
}

/** The answer to a body of which the server was told how it will be written. */
async function sent(...parts: string[]): Promise<RawAnswer> {
  expect(await heard()).toBe(CONTINUE);
  for (const part of parts) socket.write(part);
  return parsed(await heard());
}

it.each<[status: number, what: string, line: string, headers: () => string[]]>([
  [401, 'no credential', `POST ${SUPPLIERS}`, () => JSON_BODY],
  [401, 'a malformed credential', `POST ${SUPPLIERS}`, () => [bearer('x'), ...JSON_BODY]],
  [401, 'an unknown token', `POST ${SUPPLIERS}`, () => [bearer(`eudr_live_${'0'.repeat(48)}`), ...JSON_BODY]],
  [404, 'a path that is not there', 'POST /api/v1/integration/nothing', () => JSON_BODY],
  [405, 'a method that the path does not answer', `DELETE ${SUPPLIERS}`, () => JSON_BODY],
  [
    413,
    'a body that is too long',
    `POST ${SUPPLIERS}`,
    () => [bearer(erp.token), JSON_TYPE, 'Content-Length: 20000000'],
  ],
  [
    413,
    'one too long for a stranger',
    'POST /api/v1/auth/login/',
    () => [JSON_TYPE, 'Content-Length: 99999'],
  ],
  [
    415,
    'another media type',
    `POST ${SUPPLIERS}`,
    () => [bearer(erp.token), 'Content-Type: text/csv', 'Content-Length: 20'],
  ],
  [
    415,
    'a form',
    `POST ${SUPPLIERS}`,
    () => [bearer(erp.token), 'Content-Type: application/x-www-form-urlencoded', 'Content-Length: 20'],
  ],
  [
    415,
    'another charset',
    `POST ${SUPPLIERS}`,
    () => [bearer(erp.token), `${JSON_TYPE}; charset=latin1`, 'Content-Length: 20'],
  ],
  [
    415,
    'a compressed body',
    `POST ${SUPPLIERS}`,
    () => [bearer(erp.token), ...JSON_BODY, 'Content-Encoding: gzip'],
  ],
  [
    406,
    'another form of answer',
    `POST ${SUPPLIERS}`,
    () => [bearer(erp.token), ...JSON_BODY, 'Accept: a/b'],
  ],
])('%i for %s comes instead of 100, and closes the connection', async (status, _what, line, headers) => {
  socket.write(head(line, ...headers()));
  const answer = parsed(await heardUntilClosed());
  expect([answer.status, answer.headers.get('connection')]).toEqual([status, 'close']);
});

it('a body that may come is asked for and read, and the connection serves the next request', async () => {
  const body = JSON.stringify({ suppliers: suppliers(3, 'EXPECTED') });
  for (let round = 0; round < 2; round += 1) {
    socket.write(
      head(`POST ${SUPPLIERS}`, bearer(erp.token), JSON_TYPE, `Content-Length: ${Buffer.byteLength(body)}`),
    );
    const answer = await sent(body.slice(0, 40), body.slice(40));
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'keep-alive']);
    expect(JSON.parse(answer.body)).toMatchObject({ success: true, created: round === 0 ? 3 : 0 });
  }
});

it('a body in chunks is asked for too, and what it holds is judged', async () => {
  socket.write(head(`POST ${SUPPLIERS}`, bearer(erp.token), JSON_TYPE, 'Transfer-Encoding: chunked'));
  expect((await sent('2\r\n{}\r\n', '0\r\n\r\n')).status).toBe(400);
});

it('a client that sends its body without waiting is answered alike', async () => {
  const all = heardUntilClosed();
  socket.write(`${head('POST /api/v1/auth/login/', JSON_TYPE, 'Content-Length: 2', 'Connection: close')}{}`);
  const text = await all;
  expect(parsed(text.replace(CONTINUE, '')).status).toBe(400);
});

it('a request without a body is answered at once', async () => {
  socket.write(head('GET /health/live'));
  expect(parsed(await heardUntilClosed()).status).toBe(200);
});
