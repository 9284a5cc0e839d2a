import type { TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';
import { migratedDatabase } from '../../support/databases/database.js';
import { type LosingProxy, startLosingProxy } from '../../support/databases/losing-proxy.js';
import {
  canKillDatabase,
  type PrivateDatabase,
  startPrivateDatabase,
} from '../../support/databases/private-database.js';
import { until } from '../../support/processes/processes.js';
import { newSignal } from '../../support/waiting/signal.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

const EVENTS = 3;

let app: TestApp;
let endpoint: Endpoint;

/** The receiver has so many events in its hands; it answers them once told to. */
async function givenInFlight(status: number): Promise<() => void> {
  const held = newSignal();
  const erp: Erp = await givenErp(app);
  endpoint = await givenEndpoint(erp, 'supplier.created');
  endpoint.receiver.answers(() => held.received.then(() => status));
  await erp.client.post('/suppliers', { suppliers: suppliers(EVENTS, 'S') });
  await endpoint.receiver.next(EVENTS);
  return () => held.send();
}

const outcomes = async (): Promise<(string | number)[][]> =>
  (await endpoint.settled(EVENTS)).map(({ status, attempts }) => [status, attempts.length]);

(canKillDatabase ? describe : describe.skip)('events that were accepted while the database was away', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await startPrivateDatabase();
    app = await startHookApp({}, database.env);
  });
  afterEach(checkAndCloseEndpoints);
  afterAll(async () => {
    await app.close();
    await database.server.stop();
  });

  it('are not sent again once it is back, and the log says that they were accepted', async () => {
    const answer = await givenInFlight(200);
    await database.server.crash();
    const seen = app.log.length;
    answer();
    await until(() =>
      Promise.resolve(app.log.slice(seen).some((line) => line.includes('database unreachable'))),
    );
    await database.server.restart();
    expect(await outcomes()).toEqual(Array(EVENTS).fill(['SUCCEEDED', 1]));
    expect(endpoint.receiver.requests).toHaveLength(EVENTS);
  });
});

describe('the results of events whose COMMIT took effect and whose response was lost', () => {
  let proxy: LosingProxy;
  beforeAll(async () => {
    proxy = await startLosingProxy(await migratedDatabase());
    app = await startHookApp({}, proxy.env);
  });
  afterEach(checkAndCloseEndpoints);
  afterAll(async () => {
    await app.close();
    await proxy.close();
  });

  it('are written down once, and the events are sent once', async () => {
    const lostBefore = proxy.lost();
    const answer = await givenInFlight(200);
    proxy.loseNext('COMMIT');
    answer();
    expect(await outcomes()).toEqual(Array(EVENTS).fill(['SUCCEEDED', 1]));
    expect([proxy.lost() - lostBefore, endpoint.receiver.requests.length]).toEqual([1, EVENTS]);
  });
});
