import { setTimeout as wait } from 'node:timers/promises';
import { AuditVerifier } from '../../../src/audit/audit-verifier.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { givenTokens } from '../../support/app/factories.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import {
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../../support/processes/processes.js';
import { expectInTime, sized } from '../../support/waiting/measured.js';

const MANY = sized(1_000, 10_000);
/** Within this time of the answer every token is dead in every process. */
const PROMISED_MS = 1_000;
const CALLERS = 4;
const PAUSE_MS = 5;

let app: TestApp;
let admin: Person;
let servers: [ServerProcess, ServerProcess];
beforeAll(async () => {
  app = await startApp();
  servers = [await startServer(app.env), await startServer(app.env)];
  await Promise.all(servers.map(({ url }) => untilReady(url)));
});
beforeEach(async () => {
  admin = await givenPerson(app);
});
afterAll(async () => {
  killLeftServers();
  await app.close();
});

const revokeAllThrough = ({ url }: ServerProcess) =>
  new Client(url, admin.token).post(`/apiops/projects/${admin.slug}/tokens/revoke/`, {
    integration: admin.erp.integrationId,
  });

/** How many rows of a table tell of a revocation in the administrator's company. */
async function count(from: string): Promise<number> {
  const [row] = await app.database.select<{ n: number | string }>(
    `SELECT COUNT(*) AS n FROM ${from} AND company_id = ?`,
    [admin.companyId],
  );
  return Number(row?.n);
}
const revoked = (): Promise<number> => count('tokens WHERE revoked_at IS NOT NULL');
const audited = (): Promise<number> => count(`audit_entries WHERE action = 'token.revoked'`);

it(`${MANY} tokens that are in use in two processes are soon dead in both, and for good`, async () => {
  const tokens = await givenTokens(app, admin.erp, MANY);
  const calls: { sentAt: number; server: number; status: number }[] = [];
  let going = true;
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let call = caller; going; call += 1) {
      const server = call % 2;
      const token = tokens[(call * 37) % 200] as string;
      const sentAt = Date.now();
      const { status } = await new Client((servers[server] as ServerProcess).url, token).get('/auth/test');
      calls.push({ sentAt, server, status });
      await wait(PAUSE_MS);
    }
  });
  const refused = (server: number) => calls.filter((call) => call.server === server && call.status === 401);
  let answeredAt: number;
  try {
    await until(() => Promise.resolve(calls.length > 100));
    const { status, body } = await revokeAllThrough(servers[0]);
    answeredAt = Date.now();
    expect([status, body.outcomes]).toEqual([200, { revoked: MANY + 1 }]);
    await until(() => Promise.resolve([0, 1].every((server) => refused(server).length > 100)));
  } finally {
    going = false;
    await Promise.all(callers);
  }
  expect(new Set(calls.map((call) => call.status))).toEqual(new Set([200, 401]));
  const accepted = calls.filter((call) => call.status === 200).map(({ sentAt }) => sentAt);
  // The last hundred calls of each came when all was done.
  expect(calls.slice(-100).filter((call) => call.status === 200)).toEqual([]);
  expectInTime(Math.max(0, Math.max(...accepted) - answeredAt), PROMISED_MS);
}, 120_000);

it('a bulk revocation whose process is killed half-way has done what the audit log says, and is completed by repeating it', async () => {
  await givenTokens(app, admin.erp, MANY);
  const doomed = await startServer(app.env);
  await untilReady(doomed.url);
  const call = revokeAllThrough(doomed).catch(() => undefined);
  await until(async () => (await revoked()) > 0);
  await doomed.kill('SIGKILL');
  await call;
  const before = await revoked();
  expect(await audited()).toBe(before);
  expect(before).toBeGreaterThan(0);
  const { body } = await revokeAllThrough(servers[0]);
  expect((body.outcomes.revoked ?? 0) + body.outcomes.already_revoked).toBe(MANY + 1);
  expect([await revoked(), await audited()]).toEqual([MANY + 1, MANY + 1]);
  const { problems } = await app.nest.get(AuditVerifier).verify(admin.companyId);
  expect(problems).toEqual([]);
});
