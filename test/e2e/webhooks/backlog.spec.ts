import { placeholders, rowPlaceholders } from '../../../src/platform/database/dialect.js';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { newId } from '../../../src/platform/ids/ids.js';
import type { TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { killLeftServers, startServer, untilReady } from '../../support/processes/processes.js';
import {
  closeEndpoints,
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
  WEBHOOK_ENV,
} from '../../support/webhooks/webhooks.js';
import { expectInTime, sized } from '../../support/waiting/measured.js';

const PROMISED_MS = 5_000;
const ANSWERED_MS = 2_000;
const SETS = sized(10, 200);
const EVENTS_PER_SET = 500;

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startHookApp({ WEBHOOK_DISPATCHER: 'false' });
  erp = await givenErp(app);
});
afterAll(() => app.close());
afterEach(closeEndpoints);
afterAll(killLeftServers);

/** Puts very many deliveries in an endpoint's queue, all of them due. */
async function putBacklog({ id: webhookId }: Endpoint): Promise<number> {
  const now = toSqlInstant(new Date());
  const setIds = Array.from({ length: SETS }, () => newId('evt'));
  const { companyId, integrationId } = erp;
  return app.database.transaction(async (tx) => {
    await tx.write(
      `INSERT INTO event_sets (id, company_id, integration_id, events, created_at, fanned_out_at)
       VALUES ${rowPlaceholders(SETS, 6)}`,
      setIds.flatMap((id) => [id, companyId, integrationId, EVENTS_PER_SET, now, now]),
    );
    await tx.write(
      `INSERT INTO events (set_id, position, type, data)
       WITH RECURSIVE n (position) AS (SELECT 0 UNION ALL SELECT position + 1 FROM n WHERE position < ?)
       SELECT s.id, n.position, 'supplier.created', '{}' FROM event_sets s JOIN n ON 1 = 1
       WHERE s.id IN (${placeholders(SETS)})`,
      [EVENTS_PER_SET - 1, ...setIds],
    );
    return tx.write(
      `INSERT INTO webhook_deliveries (webhook_id, set_id, position, event, status, due_at, tries, created_at)
       SELECT ?, set_id, position, type, 'PENDING', ?, 0, ? FROM events`,
      [webhookId, now, now],
    );
  });
}

/** Calls the process again and again until told to stop. @returns how long the slowest answer took, in ms. */
function startAsking(client: Client): { stop(): Promise<number> } {
  let stopped = false;
  const slowest = (async () => {
    let most = 0;
    while (!stopped) {
      const begun = performance.now();
      expect((await client.get('/suppliers?limit=1')).status).toBe(200);
      most = Math.max(most, performance.now() - begun);
    }
    return most;
  })();
  return {
    stop: () => {
      stopped = true;
      return slowest;
    },
  };
}

it(`a process that starts with ${SETS * EVENTS_PER_SET} deliveries to an endpoint that hangs serves all others`, async () => {
  const bad = await givenEndpoint(erp, 'supplier.created');
  bad.receiver.answers('hangs');
  expect(await putBacklog(bad)).toBe(SETS * EVENTS_PER_SET);
  const healthy = await givenEndpoint(erp, 'supplier.created');
  const server = await startServer(app.env, WEBHOOK_ENV);
  await untilReady(server.url);
  const client = new Client(server.url, erp.token);
  const asking = startAsking(client);
  const waits: number[] = [];
  for (const externalId of ['AT-ONCE', 'LATER', 'LAST']) {
    const written = Date.now();
    await client.post('/suppliers', { suppliers: [supplier({ externalId })] });
    const [request] = await healthy.receiver.next();
    expect(eventOf(request).data['externalId']).toBe(externalId);
    waits.push((request?.at as number) - written);
    await bad.receiver.next();
  }
  expectInTime(await asking.stop(), ANSWERED_MS);
  expectInTime(Math.max(...waits), PROMISED_MS);
  expect(await server.kill('SIGTERM')).toBe(0);
}, 120_000);
