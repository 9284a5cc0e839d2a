import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { beginPost, openSocket, say } from '../../support/http/connections.js';
import { newSignal } from '../../support/waiting/signal.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ READ_DEADLINE_SECONDS: '1', WRITE_DEADLINE_SECONDS: '1' });
  erp = await givenErp(app);
  await erp.client.get('/suppliers');
});
afterAll(() => app.close());

/** Runs work while a transaction holds the embedded engine's only turn. */
async function whileHeld(work: () => Promise<void>): Promise<void> {
  const [begun, over] = [newSignal(), newSignal()];
  const holding = app.database.transaction(async () => {
    begun.send();
    await over.received;
  });
  await begun.received;
  try {
    await work();
  } finally {
    over.send();
    await holding;
  }
}

it('a read that is not done by its deadline is a 503 that says that nothing was written', () =>
  whileHeld(async () => {
    const { status, body, headers } = await erp.client.get('/suppliers');
    expect([status, body.error]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }));

it('a caller who is not known yet does not wait longer either', () =>
  whileHeld(async () => {
    const unknown = new Client(app.url, `eudr_live_${'1'.repeat(48)}`);
    for (const answer of [await unknown.get('/suppliers'), await unknown.post('/suppliers', {})]) {
      expect([answer.status, answer.body.error]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    }
  }));

it('a write that is not done by its deadline says that it may have been written', async () => {
  const body = { suppliers: suppliers(1, 'LATE') };
  // The guard has let it in before the database hangs.
  const call = await beginPost(`${app.url}/api/v1/integration/suppliers`, erp.token, body);
  await whileHeld(async () => {
    call.sendRest();
    const answer = await call.answer;
    expect([answer.status, (JSON.parse(answer.body) as { error: string }).error]).toEqual([
      503,
      'OUTCOME_UNKNOWN',
    ]);
  });
});

it('a body that does not come whole in time is a 408, and the connection is closed', async () => {
  const socket = await openSocket(app.url);
  const answer = await say(
    socket,
    `POST /api/v1/integration/webhook-events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${erp.token}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  );
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toMatch(/connection: close/i);
  expect(answer).toContain('REQUEST_TIMEOUT');
});

it('a bulk body may take longer than a small one', async () => {
  const call = await beginPost(`${app.url}/api/v1/integration/suppliers`, erp.token, {
    suppliers: suppliers(1, 'SLOW'),
  });
  // As long as a small body may take.
  const small = await openSocket(app.url);
  await say(
    small,
    `POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
  );
  call.sendRest();
  expect((await call.answer).status).toBe(200);
});
