import type { TestApp } from '../../support/app/app.js';
import { auditOf } from '../../support/app/audit.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import { givenErp, supplier } from '../../support/app/factories.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, givenEndpointOf, startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';

const URL_OF_ERP = 'https://93.184.216.34/hooks';

let app: TestApp;
let person: Person;
/** The integration's webhooks as the person sees them, and as its token does. */
let theirs: Webhooks;
let itsOwn: Webhooks;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  person = await givenPerson(app, { roles: ['ROLE_API_SECURITY'] });
  theirs = webhooksOf(person);
  itsOwn = new Webhooks(person.erp.client);
});
afterEach(checkAndCloseEndpoints);

const webhooksOf = ({ client, erp }: Person, { integrationId } = erp): Webhooks =>
  new Webhooks(client, `/api/integrations/${integrationId}/webhooks`);

const write = (externalId: string): Promise<unknown> =>
  person.erp.client.post('/suppliers', { suppliers: [supplier({ externalId })] });

describe('the webhooks of an integration, for the people of its company,', () => {
  it('are those that its token sees, and the other way round', async () => {
    const made = await theirs.create({ url: URL_OF_ERP, events: ['supplier.created'] });
    expect([made.status, made.body.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    const { secret: _, ...shown } = made.body;
    expect((await itsOwn.get(made.body.id)).body).toEqual(shown);
    const { body: own } = await itsOwn.create({ url: URL_OF_ERP, events: ['batch.created'] });
    expect((await theirs.list()).map(({ id }) => id)).toEqual([made.body.id, own.id]);
    expect((await theirs.eventTypes()).body).toEqual((await itsOwn.eventTypes()).body);
  });

  it('are changed and removed', async () => {
    const { id } = (await itsOwn.create({ url: URL_OF_ERP, events: ['supplier.created'] })).body;
    const changed = await theirs.change(id, { events: ['dds.approved'], active: false });
    expect(changed.body).toMatchObject({ id, events: ['dds.approved'], active: false });
    expectInvalid(await theirs.change(id, { url: 'ftp://93.184.216.34/' }), 'url');
    expect((await theirs.remove(id)).status).toBe(204);
    expectError(await itsOwn.get(id), 404, 'NOT_FOUND');
  });

  it('tell of what happens, are tried out, and show and repeat what was sent', async () => {
    const endpoint = await givenEndpointOf(theirs, person.erp, 'supplier.created');
    await write('S-1');
    await endpoint.receiver.nth(1);
    const [delivery] = await endpoint.settled(1);
    expect((await theirs.test(endpoint.id)).body).toMatchObject({ success: true, event: 'ping' });
    expect((await theirs.redeliver(endpoint.id, delivery?.id as string)).status).toBe(202);
    await endpoint.receiver.nth(3);
    const since = new Date(Date.now() - 3_600_000).toISOString();
    expect((await theirs.replay(endpoint.id, { since })).body).toEqual({ queued: 1 });
    await endpoint.receiver.nth(4);
  });

  it('get another secret, which signs from then on', async () => {
    const endpoint: Endpoint = await givenEndpointOf(theirs, person.erp, 'supplier.created');
    expect((await endpoint.rotate(0)).status).toBe(200);
    await write('S-2');
    await endpoint.receiver.nth(1);
    expect(new Set(endpoint.secrets).size).toBe(2);
  });

  it('are made once for an Idempotency-Key, which is the person’s own', async () => {
    const path = `/api/integrations/${person.erp.integrationId}/webhooks`;
    const key = { 'idempotency-key': 'only once' };
    const input = { url: URL_OF_ERP, events: ['supplier.created'] };
    const [first, again] = [
      await person.client.post(path, input, key),
      await person.client.post(path, input, key),
    ];
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.body,
      'true',
    ]);
    const colleague = await givenPerson(app, { erp: person.erp });
    const other = await colleague.client.post(path, input, key);
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(await theirs.list()).toHaveLength(2);
  });

  it('and what is done to them are in the audit log, without secrets', async () => {
    const { id, secret } = (await theirs.create({ url: `${URL_OF_ERP}?key=hidden`, events: ['*'] })).body;
    const { secret: fresh } = (await theirs.rotate(id)).body;
    await theirs.change(id, { active: false });
    await itsOwn.remove(id);
    const entries = await auditOf(app, person.companyId, { target: id });
    expect(entries.map(({ action, actor }) => [action, actor.id])).toEqual([
      ['webhook.created', person.userId],
      ['webhook.secret_rotated', person.userId],
      ['webhook.changed', person.userId],
      ['webhook.deleted', person.erp.tokenId],
    ]);
    for (const hidden of [secret, fresh, 'hidden']) expect(JSON.stringify(entries)).not.toContain(hidden);
  });

  it('are not there for another company’s people, nor under another integration', async () => {
    const { id } = (await theirs.create({ url: URL_OF_ERP, events: ['*'] })).body;
    const stranger = await givenPerson(app);
    expectError(await webhooksOf(stranger, person.erp).get(id), 404, 'NOT_FOUND');
    const input = { url: URL_OF_ERP, events: ['*'] };
    expectError(await webhooksOf(stranger, person.erp).create(input), 404, 'NOT_FOUND');
    const sibling = await givenErp(app, { companyId: person.companyId });
    expectError(await webhooksOf(person, sibling).get(id), 404, 'NOT_FOUND');
    expect(await webhooksOf(person, sibling).list()).toEqual([]);
  });
});

it('the sync logs of an integration are those that its token reads', async () => {
  await write('S-3');
  const path = `/api/integrations/${person.erp.integrationId}/sync-logs?entityType=SUPPLIER`;
  const { status, body } = await person.client.get(path);
  expect([status, body.total]).toEqual([200, 1]);
  expect(body).toEqual((await person.erp.client.get('/sync-logs?entityType=SUPPLIER')).body);
  const stranger = await givenPerson(app);
  expectError(await stranger.client.get(path), 404, 'NOT_FOUND');
});
