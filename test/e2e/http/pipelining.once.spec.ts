import { once } from 'node:events';
import type { Socket } from 'node:net';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { openSocket } from '../../support/http/connections.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
});
afterAll(() => app.close());

const head = (method: string, path: string, more = ''): string =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${erp.token}\r\n${more}\r\n`;

/** The statuses of all answers that come until the connection is closed. */
async function statusesOf(sent: string): Promise<number[]> {
  const socket = await openSocket(app.url);
  const answers = heard(socket);
  socket.write(sent);
  return answers;
}

async function heard(socket: Socket): Promise<number[]> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(socket, 'close');
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

function chunked(externalId: string): string {
  const path = `/api/v1/integration/suppliers/${externalId}-0`;
  return head('PUT', path, 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n');
}

function put(externalId: string, more = ''): string {
  const body = JSON.stringify(suppliers(1, externalId)[0]);
  const path = `/api/v1/integration/suppliers/${externalId}-0`;
  const length = Buffer.byteLength(body);
  return head('PUT', path, `${more}Content-Type: application/json\r\nContent-Length: ${length}\r\n`) + body;
}

it('requests sent ahead are answered in their order, each after the one before', async () => {
  const read = head('GET', '/api/v1/integration/suppliers/P-0');
  const last = head('GET', '/health/live', 'Connection: close\r\n');
  const statuses = await statusesOf(read + put('P') + read + put('Q') + last);
  expect(statuses).toEqual([404, 201, 200, 201, 200]);
});

it('a connection that sends too many ahead is answered 101 of them and closed, and others are answered', async () => {
  const answers = statusesOf(head('GET', '/api/v1/integration/suppliers').repeat(1_000));
  expect((await erp.client.get('/suppliers')).status).toBe(200);
  expect(await answers).toEqual(Array(101).fill(200));
});

describe('what cannot be read', () => {
  it.each([
    ['after a write', () => `${put('X1')}GARBAGE\r\n\r\n`, [201, 400]],
    ['after three', () => `${put('X2')}${put('X3')}${put('X2')}GARBAGE\r\n\r\n`, [201, 201, 200, 400]],
    [
      'after the last request of a connection',
      () => `${put('X4', 'Connection: close\r\n')}${put('X5')}`,
      [201],
    ],
    ['in a body behind a write', () => `${put('X6')}${chunked('X7')}zz\r\n`, [201, 400]],
    ['in the only body', () => `${chunked('X8')}zz\r\n`, [400]],
  ])('%s does not take the place of an answer', async (_, sent, expected) => {
    expect(await statusesOf(sent())).toEqual(expected);
  });

  it('is answered after a write that comes 1 ms before it', async () => {
    const socket = await openSocket(app.url);
    const answers = heard(socket);
    socket.write(put('X9'), () => socket.write('\x00'));
    expect(await answers).toEqual([201, 400]);
    expect((await erp.client.get('/suppliers/X9-0')).status).toBe(200);
  });
});

it('a request that offers to change the protocol is the last of its connection', async () => {
  const offer = head('GET', '/api/v1/integration/suppliers', 'Connection: Upgrade\r\nUpgrade: h2c\r\n');
  expect(await statusesOf(offer + put('U1') + put('U2'))).toEqual([200]);
});

it('the document is made once, and tells by its tag that it is still the same', async () => {
  for (const path of ['/openapi.json', '/openapi.yaml']) {
    const first = await fetch(app.url + path);
    const second = await fetch(app.url + path);
    const tag = first.headers.get('etag') as string;
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect([second.headers.get('etag'), second.headers.get('content-type')]).toEqual([
      tag,
      first.headers.get('content-type'),
    ]);
    expect(await second.text()).toBe(await first.text());
    const third = await fetch(app.url + path, { headers: { 'if-none-match': tag } });
    expect([third.status, await third.text()]).toEqual([304, '']);
    const head = await fetch(app.url + path, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag')]).toEqual([200, tag]);
  }
});
