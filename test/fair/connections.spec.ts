import { once } from 'node:events';
import { connect } from 'node:net';
import { type Erp, suppliers } from '../support/app/factories.js';
import { openSocket } from '../support/http/connections.js';
import type { Client } from '../support/http/client.js';
import { ThreadedClient } from '../support/http/threaded-client.js';
import type { ServerProcess } from '../support/processes/processes.js';
import { startForTwoCompanies } from '../support/processes/two-companies.js';
import { beside, expectFair, p95 } from '../support/waiting/fairness.js';

const ABANDONING = 32;
const BARE_CONNECTIONS = 200;
const OK = { status: 200 };

let server: ServerProcess;
let greedy: Erp;
let other: Client;
beforeAll(async () => {
  ({ server, greedy, other } = await startForTwoCompanies());
});
afterAll(() => server.kill('SIGTERM'));

const bulk = (number: number): string => JSON.stringify({ suppliers: suppliers(500, `B${number}`) });

/** A write and a read, each on a connection of its own. */
async function step(sample: number): Promise<void> {
  const body = JSON.stringify(suppliers(1, `S${sample}`)[0]);
  const path = `/api/v1/integration/suppliers/S${sample}-0`;
  expect(await alone('PUT', path, body)).toBe(201);
  expect(await alone('GET', path)).toBe(200);
}

async function alone(method: string, path: string, body?: string): Promise<number> {
  const headers = {
    authorization: `Bearer ${other.token}`,
    connection: 'close',
    'content-type': 'application/json',
  };
  const response = await fetch(server.url + path, { method, headers, ...(body && { body }) });
  await response.arrayBuffer();
  return response.status;
}

/** Sends a bulk call and hangs up before its answer. */
async function abandon(number: number): Promise<{ status: number }> {
  const body = bulk(number);
  const socket = await openSocket(server.url);
  const head = [
    'POST /api/v1/integration/suppliers HTTP/1.1',
    'Host: a',
    `Authorization: Bearer ${greedy.token}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  await new Promise<void>((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => resolve()));
  // The work has begun, or waits for its turn.
  await alone('GET', '/health/live');
  socket.destroy();
  return OK;
}

async function openAndClose(): Promise<{ status: number }> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.destroy();
  return OK;
}

it('new connections beside bulk calls that their callers abandon', async () => {
  const before = await p95(step);
  const during = await beside({ callers: ABANDONING, call: abandon, answers: [200] }, () =>
    p95((sample) => step(100 + sample)),
  );
  expectFair(before, during);
});

it('new connections beside bulk calls and connections without a request', async () => {
  const client = new ThreadedClient(server.url, greedy.token);
  const before = await p95((sample) => step(200 + sample));
  const write = (number: number) => client.post('/api/v1/integration/suppliers', bulk(number));
  const during = await beside({ callers: 8, call: write, answers: [200, 429] }, () =>
    beside({ callers: BARE_CONNECTIONS, call: openAndClose, answers: [200] }, () =>
      p95((sample) => step(300 + sample)),
    ),
  );
  expectFair(before, during);
});
