import { setTimeout as wait } from 'node:timers/promises';
import { IntegrationsService } from '../../../src/integrations/integrations.service.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp, revokeToken } from '../../support/app/factories.js';
import { givenPerson } from '../../support/people/members.js';
import {
  eudr,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';

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

/** Calls on while `act` runs and until it shows; gives back how long after `act` a call was still accepted, in ms. */
async function acceptedAfter(
  holder: Holder,
  act: () => Promise<unknown>,
  error: string,
  path = '/suppliers',
): Promise<number> {
  const { calls, stop } = keepCalling(holder, path);
  const seen =
    (test: (call: Call) => boolean, times = 1) =>
    (): Promise<boolean> =>
      Promise.resolve(calls.filter(test).length >= times);
  await until(seen((call) => call.error === undefined, 20));
  await act();
  const doneAt = Date.now();
  await until(seen((call) => call.error === error && call.sentAt > doneAt + PROMISED_MS));
  await stop();
  expect(new Set(calls.map((call) => call.error))).toEqual(new Set([undefined, error]));
  const accepted = calls.filter((call) => call.error === undefined).map((call) => call.sentAt);
  return Math.max(...accepted) - doneAt;
}

it('a revocation made in one process holds in another within a second, while calls go on', async () => {
  const erp = await givenErp(here);
  const revoke = (): Promise<unknown> => revokeToken(here, erp.tokenId);
  expect(await acceptedAfter(erp, revoke, 'TOKEN_REVOKED')).toBeLessThanOrEqual(PROMISED_MS);
});

it('a token that revokes itself in one process is dead in another within a second', async () => {
  const erp = await givenErp(here);
  const revoke = (): Promise<unknown> => erp.client.post('/auth/revoke');
  expect(await acceptedAfter(erp, revoke, 'TOKEN_REVOKED')).toBeLessThanOrEqual(PROMISED_MS);
});

it('a revocation by token:revoke holds within a second of the command', async () => {
  const erp = await givenErp(here);
  const revoke = async (): Promise<unknown> =>
    expect((await eudr(here.env, 'token:revoke', erp.tokenId)).code).toBe(0);
  expect(await acceptedAfter(erp, revoke, 'TOKEN_REVOKED')).toBeLessThanOrEqual(PROMISED_MS);
});

it('a deactivated integration is shut out within a second, and let in again as soon', async () => {
  const erp = await givenErp(here);
  const integrations = here.nest.get(IntegrationsService);
  const deactivate = (): Promise<unknown> => integrations.setStatus(erp.integrationId, 'INACTIVE');
  expect(await acceptedAfter(erp, deactivate, 'INTEGRATION_INACTIVE')).toBeLessThanOrEqual(PROMISED_MS);
  await integrations.setStatus(erp.integrationId, 'ACTIVE');
  await wait(PROMISED_MS);
  expect((await new Client(elsewhere.url, erp.token).get('/auth/test')).status).toBe(200);
});

it('a role that is taken away in one process is gone from a token in use in another within a second', async () => {
  const admin = await givenPerson(here);
  const holder = await givenPerson(here, { erp: admin.erp, roles: ['ROLE_API_SECURITY'] });
  const project = `/apiops/projects/${admin.slug}`;
  const demote = async (): Promise<unknown> =>
    expect(
      (await admin.client.put(`${project}/users/${holder.userId}/roles`, { roles: ['ROLE_VIEWER'] })).status,
    ).toBe(200);
  const path = `${project}/audit`;
  expect(await acceptedAfter(holder, demote, 'forbidden', path)).toBeLessThanOrEqual(PROMISED_MS);
});

it('a token issued in one process works at once in another', async () => {
  const erp = await givenErp(here);
  expect((await new Client(elsewhere.url, erp.token).get('/auth/test')).status).toBe(200);
});
