import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { holdWritesOf } from '../../support/databases/held-transaction.js';
import type { Answer } from '../../support/http/client.js';
import { newSignal } from '../../support/waiting/signal.js';

// The embedded engine lets nothing in beside an open transaction, so that writes of one company never hold each other up.

const CONNECTIONS = 4;
const MAX_WAITING = 500;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({
    WEBHOOK_DISPATCHER: 'false',
    DATABASE_POOL_SIZE: String(CONNECTIONS),
    MAX_CONNECTIONS: '2000',
  });
});
afterAll(() => app.close());

const write = ({ client }: Erp, number: number): Promise<Answer> =>
  client.put(`/suppliers/S-${number}`, supplier({ externalId: `S-${number}` }));

it('a company whose writes all wait for the same row leaves connections to others', async () => {
  const [greedy, other] = [await givenErp(app), await givenErp(app)];
  await write(greedy, 0);
  const held = await holdWritesOf(app.database, greedy.integrationId);
  const waiting = Array.from({ length: 5 * CONNECTIONS }, (_, number) => write(greedy, 1 + number));
  try {
    for (let number = 0; number < 10; number += 1) {
      expect((await write(other, number)).status).toBe(201);
      expect((await other.client.get(`/suppliers/S-${number}`)).status).toBe(200);
      expect((await greedy.client.get('/suppliers')).status).toBe(200);
    }
  } finally {
    await held.letGo();
  }
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([201]));
  expect((await greedy.client.get('/suppliers?limit=50')).body).toMatchObject({ total: 1 + 5 * CONNECTIONS });
});

it('past so many that wait, a company is told to come again, and nothing of it is done', async () => {
  const [greedy, other] = [await givenErp(app), await givenErp(app)];
  await write(greedy, 0);
  const held = await holdWritesOf(app.database, greedy.integrationId);
  const refused: Answer[] = [];
  const isFull = newSignal();
  const sent = CONNECTIONS / 2 + MAX_WAITING + 5;
  const calls = Array.from({ length: sent }, async (_, number) => {
    const answer = await write(greedy, 1 + number);
    if (answer.status !== 429) return expect(answer.status).toBe(201);
    refused.push(answer);
    if (refused.length === 5) isFull.send();
  });
  try {
    await isFull.received;
    expect((await write(other, 0)).status).toBe(201);
  } finally {
    await held.letGo();
  }
  await Promise.all(calls);
  for (const { headers, body } of refused) {
    expect([headers.get('retry-after'), body]).toEqual([
      '2',
      expect.objectContaining({ error: 'RATE_LIMIT_EXCEEDED' }),
    ]);
  }
  expect((await greedy.client.get('/suppliers')).body).toMatchObject({ total: 1 + sent - refused.length });
});
