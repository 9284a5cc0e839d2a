import { startApp, type TestApp } from '../../support/app/app.js';
import { auditOf } from '../../support/app/audit.js';
import { givenErp, givenTokens, type Row } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { until } from '../../support/processes/processes.js';
import { Webhooks } from '../../support/webhooks/webhooks.js';

const LEAKED = '/apiops/tokens/leaked/';
const SCOPES = ['integration:suppliers:read', 'integration:webhooks:manage'];
const URL_OF_ERP = 'https://93.184.216.34/in';
const MANY = 230;

let app: TestApp;
let stranger: Client;
beforeAll(async () => {
  app = await startApp();
  stranger = new Client(app.url);
});
afterAll(() => app.close());

const report = (...tokens: string[]): Promise<object> => stranger.post(LEAKED, { tokens });

const statusOf = async (client: Client, path: string): Promise<number> => (await client.get(path)).status;

const isDead = async (raw: string, path = '/auth/test'): Promise<boolean> =>
  (await statusOf(new Client(app.url, raw), path)) === 401;

const traced = (): Promise<void> =>
  until(async () => {
    const open =
      'SELECT hash AS id FROM leak_reports UNION SELECT credential_id FROM leaks WHERE finished_at IS NULL';
    return (await app.database.select(open)).length === 0;
  });

const revocationOf = async (id: string): Promise<Row> => {
  const events = await app.database.select<{ data: string }>(
    "SELECT data FROM events WHERE type = 'credential.revoked'",
  );
  return events.map(({ data }) => JSON.parse(data) as Row).find((data) => data['credentialId'] === id) as Row;
};

async function issuedBy(maker: Client, erp: { integrationId: string }): Promise<{ raw: string; id: string }> {
  const { body } = await maker.post(`/api/integrations/${erp.integrationId}/tokens`, {
    name: 'A',
    scopes: SCOPES,
  });
  return { raw: body.token.token ?? body.token, id: body.id ?? body.token.id };
}

async function personalBy(maker: Client): Promise<{ raw: string; id: string; client: Client }> {
  const { body } = await maker.post('/apiops/tokens/', { name: 'A', expires: 'never' });
  return {
    raw: body.token as string,
    id: body.id as string,
    client: new Client(app.url, body.token as string),
  };
}

describe('a leaked personal token, through what it made', () => {
  let person: Person;
  let second: { raw: string; id: string; client: Client };
  let token: { raw: string; id: string };
  let before: { raw: string; id: string };
  let rotated: { raw: string; id: string };
  let own: Webhooks;
  const hooks: Record<string, string> = {};
  let invitation: string;

  beforeAll(async () => {
    person = await givenPerson(app);
    const { erp } = person;
    own = new Webhooks(erp.client);
    for (const name of ['untouched', 'url', 'secret', 'described'])
      hooks[name] = (await own.create({ url: URL_OF_ERP, events: ['supplier.created'] })).body.id as string;
    second = await personalBy(person.client);
    token = await issuedBy(second.client, erp);
    const its = new Webhooks(new Client(app.url, token.raw));
    hooks['made'] = (await its.create({ url: URL_OF_ERP, events: ['supplier.created'] })).body.id as string;
    await its.change(hooks['described'] as string, { description: 'B' });
    await its.change(hooks['url'] as string, { url: `${URL_OF_ERP}/thief` });
    const ofPeople = `/api/integrations/${erp.integrationId}`;
    await second.client.post(`${ofPeople}/webhooks/${hooks['secret']}/rotate-secret`, {});
    before = await issuedBy((await givenPerson(app, { erp })).client, erp);
    const ofBefore = new Webhooks(new Client(app.url, before.raw));
    hooks['by the rotated one'] = (await ofBefore.create({ url: URL_OF_ERP, events: ['supplier.created'] }))
      .body.id as string;
    const { body } = await second.client.post(`${ofPeople}/tokens/${before.id}/rotate`, {
      graceSeconds: 3600,
    });
    rotated = { raw: body.token as string, id: body.id as string };
    const invited = { email: 'eve@acme.example', roles: ['ROLE_VIEWER'] };
    const sent = await second.client.post(`/apiops/projects/${person.slug}/users/`, invited);
    invitation = JSON.stringify(sent.body).match(/#(inv_\w+|\w+)/)?.[1] as string;
    await second.client.post(`/apiops/projects/${person.slug}/integrations/`, { name: 'Left', type: 'SAP' });
    await report(person.token);
    await traced();
  });

  it('ends the credentials that it made or rotated', async () => {
    expect(await isDead(person.token, '/apiops/tokens/')).toBe(true);
    expect(await isDead(second.raw, '/apiops/tokens/')).toBe(true);
    expect(await isDead(token.raw)).toBe(true);
    expect(await isDead(rotated.raw)).toBe(true);
    expect(await isDead(before.raw)).toBe(true);
    expect((await revocationOf(before.id))['leaked']).toBe(true);
    const entries = await auditOf(app, person.companyId, { action: 'token.revoked' });
    expect(entries.find(({ target }) => target.id === before.id)?.details['leaked']).toBe(person.tokenId);
    expect(await statusOf(person.erp.client, '/auth/test')).toBe(200);
  });

  it('disables the webhooks that it made or whose URL or secret it set, and no other', async () => {
    const states = Object.fromEntries(
      await Promise.all(
        Object.entries(hooks).map(async ([name, id]) => [name, (await own.get(id)).body.active as boolean]),
      ),
    ) as Record<string, boolean>;
    expect(states).toEqual({
      untouched: true,
      described: true,
      'by the rotated one': true,
      url: false,
      secret: false,
      made: false,
    });
    expect((await own.get(hooks['made'] as string)).body.disabledReason).toMatch(/leaked credential/);
  });

  it('withdraws the invitations that it sent', async () => {
    expect(invitation).toBeTruthy();
    const accepted = await stranger.post('/api/v1/auth/invitations/accept/', {
      token: invitation,
      password: 'a long new phrase of mine',
    });
    expectErrorOfAccount(accepted.status, JSON.stringify(accepted.body));
    const withdrawn = await auditOf(app, person.companyId, { action: 'invitation.withdrawn' });
    expect(withdrawn).toMatchObject([
      { target: { name: 'eve@acme.example' }, details: { leaked: person.tokenId } },
    ]);
  });

  it('lists what else was changed, in the event and in the audit log, and leaves it', async () => {
    expect(await revocationOf(token.id)).toMatchObject({
      leaked: true,
      acts: {
        made: [{ kind: 'webhook', id: hooks['made'] }],
        changed: expect.arrayContaining([{ kind: 'webhook', id: hooks['described'], name: '93.184.216.34' }]),
        more: 0,
      },
    });
    const entries = await auditOf(app, person.companyId, { action: 'personal_token.revoked' });
    const ofSecond = entries.find(({ target }) => target.id === second.id);
    expect(ofSecond?.details).toMatchObject({ leaked: person.tokenId });
    const made = (ofSecond?.details['acts'] as { made: { kind: string; name: string }[] }).made;
    expect(made).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'integration', name: 'Left' })]),
    );
    expect(made.map(({ kind }) => kind).sort()).toEqual(['integration', 'invitation', 'token', 'token']);
  });
});

function expectErrorOfAccount(status: number, body: string): void {
  expect([status, body]).toEqual([400, expect.stringContaining('invalid_invitation')]);
}

it('ends the secret before of a webhook that a leaked credential rotated, which was disabled already', async () => {
  const person = await givenPerson(app);
  const hooks = new Webhooks(person.erp.client);
  const { body: made } = await hooks.create({ url: URL_OF_ERP, events: ['supplier.created'] });
  const path = `/api/integrations/${person.erp.integrationId}/webhooks/${made.id}`;
  await person.client.post(`${path}/rotate-secret`, { graceSeconds: 3600 });
  await hooks.change(made.id as string, { active: false });
  await report(person.token);
  await traced();
  const [row] = await app.database.select(
    'SELECT previous_secret, previous_secret_hash, previous_secret_until FROM webhooks WHERE id = ?',
    [made.id],
  );
  expect(row).toEqual({ previous_secret: null, previous_secret_hash: null, previous_secret_until: null });
  const entries = await auditOf(app, person.companyId, { action: 'webhook.changed' });
  expect(entries.map(({ details }) => details['leaked'])).toContain(person.tokenId);
});

it('leaves a token that another credential was the last to rotate', async () => {
  const person = await givenPerson(app);
  const rotate = (by: Client): Promise<unknown> =>
    by.post(`/api/integrations/${person.erp.integrationId}/tokens/${person.erp.tokenId}/rotate`, {
      graceSeconds: 3600,
    });
  const colleague = await givenPerson(app, { erp: person.erp });
  await rotate(person.client);
  await rotate(colleague.client);
  await report(person.token);
  await traced();
  expect(await statusOf(person.erp.client, '/auth/test')).toBe(200);
});

it('ends what was made in a session whose access token leaked', async () => {
  const { client, body } = await signedIn(app, await givenAccount(app));
  const { raw } = await personalBy(client);
  await report(`Bearer ${body.access_token}`);
  await traced();
  expect(await isDead(raw, '/apiops/tokens/')).toBe(true);
  const refreshed = await stranger.post('/api/v1/auth/refresh/', { refresh_token: body.refresh_token });
  expect(refreshed.status).toBe(401);
});

it('nobody ends a session by its id: the JWT must be one that we signed', async () => {
  const { client, body } = await signedIn(app, await givenAccount(app));
  const [head, payload] = (body.access_token as string).split('.');
  await report(`${head}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`);
  await traced();
  expect(await statusOf(client, '/apiops/projects')).toBe(200);
});

it(`follows ${MANY} tokens and circles, and through credentials that ended before`, async () => {
  const person = await givenPerson(app);
  const raws = await givenTokens(app, person.erp, MANY);
  const last = await givenErp(app);
  const [first, other] = [await givenErp(app), await givenErp(app)];
  const set = (maker: string, id: string): Promise<number> =>
    app.database.write('UPDATE tokens SET made_by = ? WHERE id = ?', [maker, id]);
  await app.database.write(
    "UPDATE tokens SET made_by = ? WHERE integration_id = ? AND name = 'one of many'",
    [person.tokenId, person.erp.integrationId],
  );
  await set(person.tokenId, first.tokenId);
  await set(first.tokenId, other.tokenId);
  await set(other.tokenId, last.tokenId);
  await app.database.write('UPDATE personal_tokens SET made_by = ? WHERE id = ?', [
    last.tokenId,
    person.tokenId,
  ]);
  await app.database.write("UPDATE tokens SET revoked_at = '2026-01-01 00:00:00.000' WHERE id = ?", [
    other.tokenId,
  ]);
  await report(person.token);
  await traced();
  const live = await app.database.select(
    'SELECT id FROM tokens WHERE integration_id = ? AND revoked_at IS NULL AND id <> ?',
    [person.erp.integrationId, person.erp.tokenId],
  );
  expect([raws.length, live]).toEqual([MANY, []]);
  expectError(await first.client.get('/auth/test'), 401, 'TOKEN_REVOKED');
  expectError(await last.client.get('/auth/test'), 401, 'TOKEN_REVOKED');
  expect(await app.database.select('SELECT * FROM leak_reach')).toEqual([]);
});

it('goes on where a process that died has left it', async () => {
  const [person, other] = [await givenPerson(app), await givenPerson(app)];
  const second = await personalBy(person.client);
  const token = await issuedBy(second.client, person.erp);
  const by = { actor: { kind: 'system', id: null, name: 'leak report' }, address: null, requestId: null };
  await app.database.transaction(async (tx) => {
    await tx.write('INSERT INTO leaks (credential_id, reported_by, reported_at) VALUES (?, ?, ?)', [
      person.tokenId,
      JSON.stringify(by),
      '2026-01-01 00:00:00.000',
    ]);
    for (const [id, isTraced] of [
      [person.tokenId, 1],
      [second.id, 0],
    ] as const)
      await tx.write('INSERT INTO leak_reach (leak_id, credential_id, is_traced) VALUES (?, ?, ?)', [
        person.tokenId,
        id,
        isTraced,
      ]);
  });
  await traced();
  expect(await isDead(token.raw)).toBe(true);
  expect(await statusOf(other.client, '/apiops/tokens/')).toBe(200);
});

it('a credential that another process ended makes nothing in one that has not heard of it', async () => {
  const person = await givenPerson(app);
  await person.client.get('/apiops/tokens/');
  await app.database.write("UPDATE personal_tokens SET revoked_at = '2026-01-01 00:00:00.000' WHERE id = ?", [
    person.tokenId,
  ]);
  const path = `/api/integrations/${person.erp.integrationId}/tokens`;
  const issued = await person.client.post(path, { name: 'A', scopes: SCOPES });
  const personal = await person.client.post('/apiops/tokens/', { name: 'A', expires: 'never' });
  const invited = await person.client.post(`/apiops/projects/${person.slug}/users/`, {
    email: 'mallory@acme.example',
    roles: ['ROLE_VIEWER'],
  });
  expect([issued.status, personal.status, invited.status]).toEqual([401, 401, 401]);
});
