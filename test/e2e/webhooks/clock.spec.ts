import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import type { TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type DatabaseEnv, migratedDatabase } from '../../support/databases/database.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import {
  bootstrapped,
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import {
  closeEndpoints,
  type Endpoint,
  eventOf,
  givenEndpoint,
  startHookApp,
  WEBHOOK_ENV,
} from '../../support/webhooks/webhooks.js';
import { expectInTime } from '../../support/waiting/measured.js';

const HOUR_MS = 3_600_000;
const PROMISED_MS = 5_000;
/** Nothing is tried again while a test runs, unless it is made due. */
const RARE_RETRIES = { WEBHOOK_RETRY_SECONDS: '3000' };

const fromNow = (ms: number): string => toSqlInstant(new Date(Date.now() + ms));
const write = (erp: Erp, externalId: string): Promise<unknown> =>
  erp.client.post('/suppliers', { suppliers: [supplier({ externalId })] });

afterEach(closeEndpoints);

describe('a dispatcher that starts after the clock was set back an hour', () => {
  let before: TestApp;
  let endpoint: Endpoint;
  beforeEach(async () => {
    before = await startHookApp(RARE_RETRIES);
    endpoint = await givenEndpoint(await givenErp(before), 'supplier.created');
    endpoint.receiver.answers(500, 200);
    await write(endpoint.erp, 'WAITING');
    await until(async () => (await endpoint.log())[0]?.attempts.length === 1);
    await before.nest.close();
  });

  /** Starts over, after the one endpoint or the one delivery that waits was changed. */
  async function startAfter(change: string, ...values: (string | null)[]): Promise<TestApp> {
    const app = await startHookApp({ ...RARE_RETRIES, WEBHOOK_DISPATCHER: 'false' }, before.env);
    await app.database.write(`UPDATE ${change}`, values);
    await app.close();
    return startHookApp(RARE_RETRIES, before.env);
  }

  it.each([
    ['was tried at a time that is yet to come', 'tried_at', HOUR_MS, HOUR_MS + 600_000],
    ['was written at a time that is yet to come', 'created_at', HOUR_MS, HOUR_MS],
  ])('delivers at once what %s', async (_, column, at, dueAt) => {
    const app = await startAfter(
      `webhook_deliveries SET ${column} = ?, due_at = ?`,
      fromNow(at),
      fromNow(dueAt),
    );
    const second = await endpoint.receiver.nth(2);
    expect(eventOf(second).data['externalId']).toBe('WAITING');
    await app.close();
  });

  it('sends to an endpoint that a process claimed which died, for longer than any claim holds', async () => {
    const lease = 'webhooks SET lease = ?, lease_until = ?';
    const app = await startAfter(lease, randomUUID(), fromNow(HOUR_MS + 30_000));
    await app.database.write('UPDATE webhook_deliveries SET due_at = ?', [fromNow(0)]);
    expect(eventOf(await endpoint.receiver.nth(2)).data['externalId']).toBe('WAITING');
    await app.close();
  });

  it('leaves alone what waits for its retry, as it was meant to', async () => {
    const app = await startAfter('webhook_deliveries SET due_at = ?', fromNow(HOUR_MS));
    const { token } = endpoint.erp;
    await write({ ...endpoint.erp, client: new Client(app.url, token) }, 'NEW');
    expect(eventOf(await endpoint.receiver.nth(2)).data['externalId']).toBe('NEW');
    expect(endpoint.receiver.requests).toHaveLength(2);
    await app.close();
  });
});

describe('a running process whose clock is set back an hour', () => {
  let env: DatabaseEnv;
  let token: string;
  let server: ServerProcess;
  let erp: Erp;
  let endpoint: Endpoint;
  beforeAll(async () => {
    env = await migratedDatabase();
    token = await bootstrapped(env);
  });
  beforeEach(async () => {
    const ahead = { NODE_OPTIONS: `--import ${resolve('test/support/processes/clock-ahead.js')}` };
    server = await startServer(env, { ...WEBHOOK_ENV, ...RARE_RETRIES, ...ahead });
    await untilReady(server.url);
    const client = new Client(server.url, token);
    erp = { companyId: '', slug: '', integrationId: '', tokenId: '', token, client };
    endpoint = await givenEndpoint(erp, 'supplier.created');
  });
  afterEach(() => server.kill('SIGTERM'));
  afterAll(killLeftServers);

  async function setBack(): Promise<void> {
    server.child.kill('SIGUSR2');
    await until(() => Promise.resolve(server.log.includes('the clock was set back')));
  }

  it('sends soon what waits for a time that was meant to be sooner', async () => {
    endpoint.receiver.answers(500, 200);
    await write(erp, 'WAITING');
    await until(async () => (await endpoint.log())[0]?.attempts.length === 1);
    await setBack();
    const setBackAt = Date.now();
    const second = await endpoint.receiver.nth(2);
    expect(eventOf(second).data['externalId']).toBe('WAITING');
    expectInTime(second.at - setBackAt, PROMISED_MS);
  });

  it('tells endpoints that were made before of what happens after', async () => {
    await write(erp, 'BEFORE');
    await endpoint.receiver.next();
    await setBack();
    await write(erp, 'AFTER');
    const [told] = await endpoint.receiver.next();
    expect(eventOf(told).data['externalId']).toBe('AFTER');
  });
});
