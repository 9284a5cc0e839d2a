import { startApp, type TestApp } from '../../support/app/app.js';
import { auditOf } from '../../support/app/audit.js';
import { command } from '../../support/app/commands.js';
import { givenErp } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { Webhooks } from '../../support/webhooks/webhooks.js';

const SCOPES = ['integration:webhooks:manage'];
const HOOK = { url: 'https://93.184.216.34/in', events: ['credential.revoked'] };
const HOUR_MS = 3_600_000;

let app: TestApp;
let person: Person;
beforeAll(async () => {
  app = await startApp();
  person = await givenPerson(app);
});
afterAll(() => app.close());

/** A token that made a webhook and changed another. */
async function givenBusyToken(): Promise<{ id: string; client: Client; acts: object }> {
  const path = `/api/integrations/${person.erp.integrationId}/tokens`;
  const { body } = await person.client.post(path, { name: 'busy', scopes: SCOPES });
  const client = new Client(app.url, body.token as string);
  const hooks = new Webhooks(client);
  const made = (await hooks.create(HOOK)).body.id as string;
  const changed = (await new Webhooks(person.erp.client).create(HOOK)).body.id as string;
  await hooks.change(changed, { description: 'A' });
  await hooks.change(changed, { description: 'B' });
  const target = (id: string): object => ({ kind: 'webhook', id, name: '93.184.216.34' });
  return {
    id: body.id as string,
    client,
    acts: { made: [target(made)], changed: [target(changed)], more: 0 },
  };
}

describe('the response to a revocation lists what the token made and changed', () => {
  const path = (rest: string): string => `/integrations/${person.erp.integrationId}/tokens/${rest}`;

  it('at /api/integrations, and the audit log', async () => {
    const { id, acts } = await givenBusyToken();
    const { body } = await person.client.send('PATCH', `/api${path(`${id}/revoke`)}`, {});
    expect(body).toMatchObject({ id, acts });
    const entries = await auditOf(app, person.companyId, { action: 'token.revoked' });
    expect(entries.find(({ target }) => target.id === id)?.details).toMatchObject({ acts });
  });

  it('at /apiops', async () => {
    const { id, acts } = await givenBusyToken();
    const { body } = await person.client.post(`/apiops/projects/${person.slug}${path(`${id}/revoke/`)}`, {});
    expect(body.token).toMatchObject({ id, acts });
  });

  it('at /apiops in bulk, and for a dry run', async () => {
    const { id, acts } = await givenBusyToken();
    const revoke = `/apiops/projects/${person.slug}/tokens/revoke/`;
    for (const dryRun of [true, false]) {
      const { body } = await person.client.post(revoke, { ids: [id], dryRun });
      expect(body.resultList).toMatchObject([{ id, acts }]);
    }
  });

  it('to the token itself', async () => {
    const { client, acts } = await givenBusyToken();
    expect((await client.post('/auth/revoke')).body).toMatchObject({ acts });
  });

  it('at the command line', async () => {
    const { id, acts } = await givenBusyToken();
    const { stdout } = await command(app.env, 'token:revoke', id, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id, acts });
  });

  it('20 things of it, and how many more there are', async () => {
    const erp = await givenErp(app, { companyId: person.companyId, integrationId: person.erp.integrationId });
    const { companyId, tokenId } = erp;
    const row = `INSERT INTO audit_entries (company_id, sequence, id, at, actor_kind, actor_name, action, target_kind,
      target_id, target_name, credential_id, details, pepper, mac)
      VALUES (?, ?, ?, '2026-01-01 00:00:00.000', 'token', 'A', 'webhook.changed', 'webhook', ?, 'A', ?, '{}', 'p', 'm')`;
    for (let n = 0; n < 25; n += 1)
      await app.database.write(row, [companyId, -1 - n, `aud_${n}`, `wh_${n}`, tokenId]);
    const { body } = await erp.client.post('/auth/revoke');
    expect([body.acts.changed.length, body.acts.more]).toEqual([20, 5]);
  });
});

it('a personal token is answered with what it made; the audit log says it of private tokens and sessions too', async () => {
  const account = await givenAccount(app);
  const { client } = await signedIn(app, account);
  const { body: made } = await client.post('/apiops/tokens/', { name: 'P', expires: 'never' });
  const personal = new Client(app.url, made.token as string);
  await personal.post('/api/integrations', { name: 'By personal', type: 'SAP' });
  const { body } = await client.post(`/apiops/tokens/${made.id}/revoke/`, {});
  expect(body.token.acts).toMatchObject({ made: [{ kind: 'integration', name: 'By personal' }], more: 0 });
  const expiration_time = new Date(Date.now() + HOUR_MS).toISOString();
  const { body: jwt } = await client.post('/api/v1/auth/private_tokens/', { name: 'J', expiration_time });
  await new Client(app.url, jwt.data as string).post('/api/integrations', {
    name: 'By private',
    type: 'SAP',
  });
  await client.delete(`/api/v1/auth/private_tokens/${jwt.id}/`);
  await client.post('/api/v1/auth/logout/', {});
  const actsIn = async (action: 'private_token.deleted' | 'session.signed_out'): Promise<unknown> =>
    (await auditOf(app, account.companyId, { action }))[0]?.details['acts'];
  expect(await actsIn('private_token.deleted')).toMatchObject({ made: [{ name: 'By private' }] });
  expect(await actsIn('session.signed_out')).toMatchObject({ made: [{ id: made.id }, { id: jwt.id }] });
});
