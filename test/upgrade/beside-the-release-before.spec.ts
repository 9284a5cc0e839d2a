import { randomUUID } from 'node:crypto';
import { command } from '../support/app/commands.js';
import { type DatabaseEnv, freshDatabase } from '../support/databases/database.js';
import { PASSWORD } from '../support/people/usual-password.js';
import {
  eudr,
  eudrOf,
  killLeftServers,
  type ServerProcess,
  startServer,
  until,
  untilReady,
} from '../support/processes/processes.js';
import { Caller, RELEASE, type Reply, smoke, supplierRows } from '../support/upgrade/release.js';
import { type Receiver, startReceiver } from '../support/webhooks/receiver.js';

const EMAIL = 'ops@acme.example';
const INVITED = 'ada@acme.example';
const WEBHOOKS = { WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true', WEBHOOK_RETRY_SECONDS: '0.1,0.1,0.1' };

/** What the release before made, before its database was migrated. */
interface Made {
  integrationId: string;
  token: string;
  personalToken: string;
  privateToken: string;
  refreshToken: string;
  invitation: string;
  bulk: { key: Record<string, string>; body: unknown; reply: Reply };
}

let env: DatabaseEnv;
let receiver: Receiver;
let before: ServerProcess;
let after: ServerProcess;
let made: Made;

const released = async (...args: string[]): Promise<Record<string, string>> => {
  const { code, stdout, stderr } = await eudrOf(RELEASE, PASSWORD, env, ...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as Record<string, string>;
};

const erpAt = ({ url }: ServerProcess): Caller => new Caller(url, made.token);
const personAt = ({ url }: ServerProcess): Caller => new Caller(url, made.personalToken);

beforeAll(async () => {
  env = await freshDatabase();
  receiver = await startReceiver();
  before = await startServer(env, WEBHOOKS, RELEASE);
  await untilReady(before.url);
  made = await fill();
});
beforeAll(async () => {
  expect(await command(env, 'migrate')).toMatchObject({ code: 0 });
  after = await startServer(env, { ...WEBHOOKS, MIGRATE_ON_START: 'false' });
  await untilReady(after.url);
});
afterAll(async () => {
  killLeftServers();
  await receiver.close();
});

/** A company with people, credentials, records, a webhook and an open invitation, as the release before makes them. */
async function fill(): Promise<Made> {
  const admin = ['--email', EMAIL, '--password-stdin'];
  const { token = '', integrationId = '' } = await released('bootstrap', '--company', 'Acme', ...admin);
  const personal = await released('pat:create', '--user', EMAIL, '--name', 'script');
  const stranger = new Caller(before.url);
  const signedIn = await stranger.call('POST', '/api/v1/auth/login/', {
    username: EMAIL,
    password: PASSWORD,
  });
  const session = stranger.as(signedIn.body.access_token as string);
  const input = { name: 'server', expiration_time: new Date(Date.now() + 86_400_000).toISOString() };
  const issued = await session.call('POST', '/api/v1/auth/private_tokens/', input);
  const person = stranger.as(personal['token'] as string);
  const invited = await person.call('POST', '/apiops/projects/acme/users/', {
    email: INVITED,
    roles: ['ROLE_VIEWER'],
  });
  return {
    integrationId,
    token,
    personalToken: personal['token'] as string,
    privateToken: issued.body.data as string,
    refreshToken: signedIn.body.refresh_token as string,
    invitation: (invited.body.invitation.link as string).split('#')[1] as string,
    bulk: await fillRecords(stranger.as(token)),
  };
}

/** Among the records are some that the present version would refuse. */
async function fillRecords(erp: Caller): Promise<Made['bulk']> {
  const webhook = { url: receiver.url, events: ['supplier.created'] };
  expect((await erp.api('POST', '/webhook-events', webhook)).status).toBe(201);
  const key = { 'idempotency-key': randomUUID() };
  const body = { suppliers: supplierRows('BEFORE', 50) };
  const reply = await erp.api('POST', '/suppliers', body, key);
  expect([reply.status, reply.body.created]).toEqual([200, 50]);
  const odd = [{ externalId: 'ODD\u200b', name: '\u200b' }];
  expect((await erp.api('POST', '/suppliers', { suppliers: odd })).body.created).toBe(1);
  expect(
    (await erp.api('POST', '/products', { products: [{ externalId: 'P', name: 'Coffee' }] })).body.created,
  ).toBe(1);
  const batch = { externalId: 'B', productExternalId: 'P', batchNumber: '1', receivedDate: '1753-01-01' };
  const sent = await erp.api('POST', '/batches', { batches: [batch] });
  expect([sent.body.created, sent.body.errors]).toEqual([1, []]);
  return { key, body, reply };
}

describe('the release before, on the tables of this version', () => {
  it('answers what callers do all day, while this version does too', async () => {
    await Promise.all([
      smoke(erpAt(before), personAt(before), made.integrationId),
      smoke(erpAt(after), personAt(after), made.integrationId),
    ]);
  });

  it('reads what this version writes, and this version what it writes', async () => {
    for (const [writer, reader] of [
      [before, after],
      [after, before],
    ] as const) {
      const prefix = randomUUID().slice(0, 8);
      await erpAt(writer).api('POST', '/suppliers', { suppliers: supplierRows(prefix, 30) });
      const found = (await erpAt(reader).suppliers()).filter((id) => id.startsWith(prefix));
      expect(found).toHaveLength(30);
      await erpAt(reader).api('PUT', `/suppliers/${prefix}-0`, { name: 'Changed there' });
      const { body } = await erpAt(writer).api('GET', `/suppliers/${prefix}-0`);
      expect(body.name).toBe('Changed there');
    }
  });

  it('refuses a token that this version revoked, and this version one that it revoked', async () => {
    for (const [revoker, other] of [
      [before, after],
      [after, before],
    ] as const) {
      const tokens = `/api/integrations/${made.integrationId}/tokens`;
      const input = { name: 'to be revoked', scopes: ['integration:suppliers:read'] };
      const { body } = await personAt(other).call('POST', tokens, input);
      const machine = new Caller(other.url, body.token as string);
      expect((await machine.api('GET', '/suppliers')).status).toBe(200);
      const revoked = await personAt(revoker).call('PATCH', `${tokens}/${body.id}/revoke`);
      expect(revoked.status).toBe(200);
      await until(async () => (await machine.api('GET', '/suppliers')).status === 401);
    }
  });

  it('shares the webhooks with this version: each event of both is delivered', async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    await erpAt(before).api('PUT', `/suppliers/${one}`, { name: 'One' });
    await erpAt(after).api('PUT', `/suppliers/${two}`, { name: 'Two' });
    await receiver.until((requests) =>
      [one, two].every((id) => requests.some(({ body }) => body.includes(id))),
    );
    expect(before.log.filter((line) => /unknown column|no such|doesn't exist/i.test(line))).toEqual([]);
  });

  it('signs people in and invites them', async () => {
    const { status } = await new Caller(before.url).call('POST', '/api/v1/auth/login/', {
      username: EMAIL,
      password: PASSWORD,
    });
    expect(status).toBe(200);
    const invited = { email: 'eve@acme.example', roles: ['ROLE_VIEWER'] };
    expect((await personAt(before).call('POST', '/apiops/projects/acme/users/', invited)).status).toBe(201);
  });
});

it('a personal token that the release before issues meanwhile acts in the companies of that moment', async () => {
  const { body } = await personAt(before).call('POST', '/apiops/tokens/', {
    name: 'meanwhile',
    expires: 'never',
  });
  const projects = await new Caller(after.url, body.token as string).call('GET', '/apiops/projects/');
  expect(projects.body.resultList).toMatchObject([{ name: 'acme' }]);
});

describe('what the release before made', () => {
  it('records that would be refused today are read, listed and can be put right', async () => {
    const erp = erpAt(after);
    expect(await erp.suppliers()).toEqual(expect.arrayContaining(['BEFORE-0', 'BEFORE-49', 'ODD\u200b']));
    const batch = await erp.api('GET', '/batches/B');
    expect([batch.status, batch.body.receivedDate]).toEqual([200, '1753-01-01']);
    const { receivedDate: _, ...rest } = batch.body;
    expect((await erp.api('PUT', '/batches/B', { ...rest, receivedDate: '2026-01-05' })).status).toBe(200);
    expect((await erp.api('DELETE', `/suppliers/${encodeURIComponent('ODD\u200b')}`)).status).toBe(204);
  });

  it('a call that is repeated after the upgrade with its key still takes effect once', async () => {
    const { key, body, reply } = made.bulk;
    const again = await erpAt(after).api('POST', '/suppliers', body, key);
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([
      200,
      'true',
      reply.body,
    ]);
  });

  it('credentials go on; nobody knows any more by which credential they were made', async () => {
    const integrations = `/apiops/projects/acme/integrations/${made.integrationId}`;
    const { status, body } = await personAt(after).call('GET', `${integrations}/tokens/`);
    expect(status).toBe(200);
    expect(body.resultList[0]).toMatchObject({ madeBy: 'unknown' });
    const owned = await personAt(after).call('GET', '/apiops/tokens/');
    expect(owned.body.resultList[0]).toMatchObject({ name: 'script' });
    const machine = new Caller(after.url, made.privateToken);
    expect((await machine.call('GET', '/api/v1/auth/private_tokens/')).status).toBe(200);
    const refreshed = await new Caller(after.url).call('POST', '/api/v1/auth/refresh/', {
      refresh_token: made.refreshToken,
    });
    expect([refreshed.status, typeof refreshed.body.access_token]).toEqual([200, 'string']);
  });

  it('an account that the operator made is verified, and an invitation that waits makes one that is not', async () => {
    const accepted = await new Caller(after.url).call('POST', '/api/v1/auth/invitations/accept', {
      token: made.invitation,
      password: PASSWORD,
    });
    expect(accepted.status).toBe(200);
    const { body } = await personAt(after).call('GET', '/apiops/projects/acme/users/');
    const verified = Object.fromEntries(
      body.resultList.map((user: { email: string; verified: boolean }) => [user.email, user.verified]),
    );
    expect(verified).toMatchObject({ [EMAIL]: true, [INVITED]: false });
  });

  it('the audit log is whole across the upgrade', async () => {
    expect(await eudr(env, 'audit:verify')).toMatchObject({ code: 0 });
  });

  it('the change feed names every record of both', async () => {
    const named = new Set<string>();
    let next = '';
    for (let hasMore = true; hasMore;) {
      const { body } = await erpAt(after).api('GET', `/changes?${next}`);
      for (const { externalId } of body.changes as { externalId: string }[]) named.add(externalId);
      next = `cursor=${encodeURIComponent(body.nextCursor as string)}`;
      hasMore = body.hasMore as boolean;
    }
    const listed = await erpAt(after).suppliers();
    expect(listed.filter((id) => !named.has(id))).toEqual([]);
  });
});
