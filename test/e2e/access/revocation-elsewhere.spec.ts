import { setTimeout as wait } from 'node:timers/promises';
import { IntegrationsService } from '../../../src/integrations/integrations.service.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { command } from '../../support/app/commands.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp, revokeToken } from '../../support/app/factories.js';
import { givenPerson } from '../../support/people/members.js';
import { type ServerProcess, startServer, until, untilReady } from '../../support/processes/processes.js';
import { expectInTime } from '../../support/waiting/measured.js';

/** Within this time a revocation holds in every process. */
const PROMISED_MS = 1_000;
const CALLERS = 4;
const PAUSE_MS = 5;

let here: TestApp;
let elsewhere: ServerProcess;
beforeAll(async () => {
  here = await startApp();
  elsewhere = await startServer(here.env);
  await untilReady(elsewhere.url);
});
afterAll(async () => {
  await here.close();
  await elsewhere.kill('SIGTERM');
});

/** Whoever holds the token that is used. */
type Holder = Pick<Erp, 'token'>;

interface Call {
  sentAt: number;
  error: string | undefined;
}

/** Calls that go on, several at once, in the other process until told to stop. */
function keepCalling({ token }: Holder, path: string): { calls: Call[]; stop: () => Promise<void> } {
  const client = new Client(elsewhere.url, token);
  const calls: Call[] = [];
  let going = true;
  const caller = async (): Promise<void> => {
    while (going) {
      const sentAt = Date.now();
      const { body } = await client.get(path);
      calls.push({ sentAt, error: body.error });
      await wait(PAUSE_MS);
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  const stop = async (): Promise<void> => {
    going = false;
    await Promise.all(callers);
  };
  return { calls, stop };
}

/**
 * Calls on while `act` runs and until it shows. Asserts that from then on no call is accepted, and where times are
 * measured that none was that began later than a second after `act`.
 */
async function expectShutOut(
  holder: Holder,
  act: () => Promise<unknown>,
  error: string,
  path = '/suppliers',
): Promise<void> {
  const { calls, stop } = keepCalling(holder, path);
  const seen = (ended: string | undefined, times: number) => (): Promise<boolean> =>
    Promise.resolve(calls.filter((call) => call.error === ended).length >= times);
  let doneAt: number;
  let shownAt: number;
  try {
    await until(seen(undefined, 20));
    await act();
    doneAt = Date.now();
    await until(seen(error, 1));
    shownAt = Date.now();
    await until(seen(error, 100 * CALLERS));
  } finally {
    await stop();
  }
  expect(new Set(calls.map((call) => call.error))).toEqual(new Set([undefined, error]));
  const accepted = calls.filter((call) => call.error === undefined).map((call) => call.sentAt);
  expect(accepted.filter((sentAt) => sentAt > shownAt)).toEqual([]);
  expectInTime(Math.max(0, Math.max(...accepted) - doneAt), PROMISED_MS);
}

it('a revocation made in one process soon holds in another, and for good, while calls go on', async () => {
  const erp = await givenErp(here);
  const revoke = (): Promise<unknown> => revokeToken(here, erp.tokenId);
  await expectShutOut(erp, revoke, 'TOKEN_REVOKED');
});

it('a token that revokes itself in one process is soon dead in another', async () => {
  const erp = await givenErp(here);
  const revoke = (): Promise<unknown> => erp.client.post('/auth/revoke');
  await expectShutOut(erp, revoke, 'TOKEN_REVOKED');
});

it('a revocation by token:revoke holds soon after the command', async () => {
  const erp = await givenErp(here);
  const revoke = async (): Promise<unknown> =>
    expect((await command(here.env, 'token:revoke', erp.tokenId)).code).toBe(0);
  await expectShutOut(erp, revoke, 'TOKEN_REVOKED');
});

it('a deactivated integration is soon shut out, and let in again as soon', async () => {
  const erp = await givenErp(here);
  const integrations = here.nest.get(IntegrationsService);
  const deactivate = (): Promise<unknown> => integrations.setStatus(erp.integrationId, 'INACTIVE');
  await expectShutOut(erp, deactivate, 'INTEGRATION_INACTIVE');
  await integrations.setStatus(erp.integrationId, 'ACTIVE');
  const letInAt = Date.now();
  await until(async () => (await new Client(elsewhere.url, erp.token).get('/auth/test')).status === 200);
  expectInTime(Date.now() - letInAt, PROMISED_MS);
});

it('a role that is taken away in one process is gone soon from a token in use in another', async () => {
  const admin = await givenPerson(here);
  const holder = await givenPerson(here, { erp: admin.erp, roles: ['ROLE_API_SECURITY'] });
  const project = `/apiops/projects/${admin.slug}`;
  const demote = async (): Promise<unknown> =>
    expect(
      (await admin.client.put(`${project}/users/${holder.userId}/roles`, { roles: ['ROLE_VIEWER'] })).status,
    ).toBe(200);
  const path = `${project}/audit`;
  await expectShutOut(holder, demote, 'forbidden', path);
});

it('a token issued in one process works at once in another', async () => {
  const erp = await givenErp(here);
  expect((await new Client(elsewhere.url, erp.token).get('/auth/test')).status).toBe(200);
});
