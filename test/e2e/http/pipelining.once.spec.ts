import { once } from 'node:events';
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

function put(externalId: string): string {
  const body = JSON.stringify(suppliers(1, externalId)[0]);
  const path = `/api/v1/integration/suppliers/${externalId}-0`;
  const length = Buffer.byteLength(body);
  return head('PUT', path, `Content-Type: application/json\r\nContent-Length: ${length}\r\n`) + body;
}

it('requests sent ahead are answered in their order, each after the one before', async () => {
  const socket = await openSocket(app.url);
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  const read = head('GET', '/api/v1/integration/suppliers/P-0');
  const last = head('GET', '/health/live', 'Connection: close\r\n');
  socket.write(read + put('P') + read + put('Q') + last);
  await once(socket, 'close');
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  expect(statuses).toEqual([404, 201, 200, 201, 200]);
});

it('a connection that sends too many ahead is closed, and others are answered', async () => {
  const socket = await openSocket(app.url);
  const closed = new Promise((resolve) => socket.resume().once('close', resolve));
  socket.write(head('GET', '/api/v1/integration/suppliers').repeat(1_000));
  expect((await erp.client.get('/suppliers')).status).toBe(200);
  await closed;
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
