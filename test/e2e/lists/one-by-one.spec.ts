import { newId } from '../../../src/platform/ids/ids.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenWorld, LISTS, type List, type World } from '../../support/paging/lists.js';

let app: TestApp;
let world: World;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  world = await givenWorld(app);
});
afterAll(() => app.close());

it('a sync run is read by its id, by nobody else', async () => {
  const list = LISTS['sync logs'] as List;
  await list.add(world, 1);
  const [log] = (await world.person.erp.client.get('/sync-logs?limit=1')).body.data;
  expect((await world.person.erp.client.get(`/sync-logs/${log.id}`)).body).toEqual(log);
  const path = `/api/integrations/${world.person.erp.integrationId}/sync-logs/${log.id}`;
  expect((await world.person.client.get(path)).body).toEqual(log);
  const other = await givenWorld(app);
  expectError(await other.person.erp.client.get(`/sync-logs/${log.id}`), 404, 'NOT_FOUND');
  expectError(await other.person.client.get(path), 404, 'NOT_FOUND');
});

it('a delivery shows its last 20 attempts, and all of them page by page', async () => {
  const list = LISTS['attempts of a delivery'] as List;
  await list.add(world, 45);
  const { client } = world.person.erp;
  const path = `/webhook-events/${world.webhookId}/deliveries`;
  const [delivery] = (await client.get(path)).body.deliveries;
  const all = (await client.get(`${path}/${delivery.id}/attempts?limit=100`)).body;
  expect([all.attempts.length, all.total, all.nextCursor]).toEqual([45, 45, null]);
  expect(delivery.attempts).toEqual(all.attempts.slice(-20));
  expectError(await client.get(`${path}/${newId('evt')}_0/attempts`), 404, 'NOT_FOUND');
  expectError(await client.get(`${path}/${delivery.id}/attempts?cursor=x`), 400, 'VALIDATION_ERROR');
});

it('a withdrawn invitation lets nobody in, and leaves the list', async () => {
  const { client, slug } = world.person;
  const path = `/apiops/projects/${slug}/users/`;
  const { invitation } = (await client.post(path, { email: 'gone@acme.example', roles: ['ROLE_VIEWER'] }))
    .body;
  const { link: _, ...shown } = invitation;
  const list = (await client.get(`${path}invitations/`)).body;
  expect(list.resultList).toEqual([{ ...shown, invitedBy: world.person.userId }]);
  expect((await client.delete(`${path}invitations/${invitation.id}/`)).status).toBe(204);
  expect((await client.delete(`${path}invitations/${invitation.id}/`)).body.error).toBe('not_found');
  expect((await client.get(`${path}invitations/`)).body.resultCount).toBe(0);
  const token = (invitation.link as string).split('#')[1];
  const password = 'a long and unusual password';
  expect((await client.post('/api/v1/auth/invitations/accept/', { token, password })).status).toBe(400);
  const audit = (await client.get(`/apiops/projects/${slug}/audit/?action=invitation.withdrawn`)).body;
  expect(audit.resultCount).toBe(1);
});
