import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, type TestApp } from '../../support/app/app.js';
import { auditOf } from '../../support/app/audit.js';
import { givenErp } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { givenPerson } from '../../support/people/members.js';
import { mailed, until } from '../../support/processes/processes.js';
import { Webhooks } from '../../support/webhooks/webhooks.js';

const LEAKED = '/apiops/tokens/leaked/';

let app: TestApp;
let stranger: Client;
beforeAll(async () => {
  app = await startApp();
  stranger = new Client(app.url);
});
afterAll(() => app.close());

/** The token of the link in the mail to someone, once it was written. */
async function mailedLink(email: string): Promise<string> {
  let found: string | undefined;
  await until(() => {
    const [, mail = ''] = existsSync(join(app.env.DATA_DIR, 'outbox')) ? mailed(app.env).split(email) : [];
    found = /eudr_inv_[0-9a-f]{48}/.exec(mail)?.[0];
    return Promise.resolve(found !== undefined);
  });
  return found as string;
}

it.each(['link', 'mailed link'])('withdraws the invitation of a %s', async (kind) => {
  const person = await givenPerson(app);
  const users = `/apiops/projects/${person.slug}/users/`;
  const email = `${kind.replace(' ', '-')}-${person.userId}@acme.example`;
  const { body } = await person.client.post(users, { email, roles: ['ROLE_ADMIN'] });
  const link = kind === 'link' ? body.invitation.link : await mailedLink(email);
  await stranger.post(LEAKED, { tokens: [link] });
  await until(async () => (await person.client.get(`${users}invitations/`)).body.resultCount === 0);
  const accepted = { token: body.invitation.link.split('#')[1], password: 'battery horse staple 7' };
  expect((await stranger.post('/api/v1/auth/invitations/accept/', accepted)).status).toBe(400);
  const [entry] = await auditOf(app, person.companyId, { action: 'invitation.withdrawn' });
  expect(entry).toMatchObject({ actor: { name: 'leak report' }, details: { leaked: body.invitation.id } });
});

it('disables the webhook of a secret, of the one before too while it signs', async () => {
  const erp = await givenErp(app);
  const hooks = new Webhooks(erp.client);
  const { body: made } = await hooks.create({ url: 'https://93.184.216.34/', events: ['*'] });
  const isActive = async (): Promise<boolean> => (await hooks.get(made.id)).body.active;
  const reported = async (secret: string): Promise<void> => {
    await stranger.post(LEAKED, { tokens: [`WEBHOOK_SECRET=${secret}`] });
    await until(async () => !(await isActive()));
    expect((await hooks.get(made.id)).body.disabledReason).toMatch(/secret has leaked/);
  };
  await reported(made.secret);
  const [entry] = await auditOf(app, erp.companyId, { action: 'webhook.disabled' });
  expect(entry).toMatchObject({ actor: { name: 'leak report' }, details: { leaked: made.id } });
  await hooks.change(made.id, { active: true });
  const { body: rotated } = await hooks.rotate(made.id, { graceSeconds: 3600 });
  await reported(made.secret);
  await hooks.rotate(made.id, { graceSeconds: 0 });
  await hooks.change(made.id, { active: true });
  const { client } = await givenPerson(app);
  const outcomes = await client.post(LEAKED, { tokens: [made.secret, rotated.secret] });
  expect(outcomes.body.resultList).toMatchObject([{ outcome: 'unknown' }, { outcome: 'unknown' }]);
  expect(await isActive()).toBe(true);
});

it('tells the integration of a webhook whose secret leaked', async () => {
  const erp = await givenErp(app);
  const { body: made } = await new Webhooks(erp.client).create({
    url: 'https://93.184.216.34/',
    events: ['*'],
  });
  const { client } = await givenPerson(app);
  const report = await client.post(LEAKED, { tokens: [made.secret, made.secret.toLowerCase()] });
  expect(report.body.resultList).toMatchObject([{ outcome: 'revoked' }, { outcome: 'unknown' }]);
  const events = await app.database.select<{ data: string }>(
    `SELECT e.data FROM events e JOIN event_sets s ON s.id = e.set_id
     WHERE e.type = 'credential.revoked' AND s.integration_id = ?`,
    [erp.integrationId],
  );
  expect(events.map(({ data }) => JSON.parse(data) as unknown)).toMatchObject([
    { credentialId: made.id, name: '93.184.216.34', prefix: 'whsec_', leaked: true },
  ]);
});
