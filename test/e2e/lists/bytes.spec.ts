import { newId } from '../../../src/platform/ids/ids.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenWorld, LISTS, type List, type World } from '../../support/paging/lists.js';
import { insertRows } from '../../support/paging/rows.js';

const AT = '2026-03-01 08:00:00.000';
const REFUSED = 500;
const RUNS = 12;

let app: TestApp;
let world: World;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  world = await givenWorld(app);
});
afterAll(() => app.close());

describe('sync logs of which each is large', () => {
  const counts = { created: 1, updated: 2, unchanged: 1, deleted: 0 };
  beforeAll(async () => {
    const error = 'é'.repeat(400);
    const errors = Array.from({ length: REFUSED }, (_, index) => ({
      externalId: `S-${index}`,
      index,
      error,
    }));
    const { companyId, erp } = world.person;
    await insertRows(
      app,
      'sync_logs',
      Array.from({ length: RUNS }, () => ({
        ...{ id: newId('log'), company_id: companyId, integration_id: erp.integrationId },
        ...{ entity_type: 'SUPPLIER', action: 'FULL_SYNC', status: 'PARTIAL', records_affected: 3 },
        ...{ metadata: JSON.stringify({ ...counts, errors }), started_at: AT, created_at: AT },
      })),
    );
  });

  it('fit a page by leaving out refused rows, and each is read whole by its id', async () => {
    const { client } = world.person.erp;
    const { body } = await client.get('/sync-logs?limit=100');
    expect(body.data).toHaveLength(RUNS);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(3_000_000);
    expect(body.data[0].metadata.errors).toHaveLength(REFUSED);
    const last = body.data.at(-1);
    expect(last.metadata).toEqual({ ...counts, errors: [], truncated: true });
    const whole = (await client.get(`/sync-logs/${last.id}`)).body;
    expect(whole.metadata).toEqual({ ...counts, errors: expect.any(Array) });
    expect(whole.metadata.errors).toHaveLength(REFUSED);
    expect({ ...whole, metadata: null }).toEqual({ ...last, metadata: null });
    const alone = (await client.get(`/sync-logs?limit=1&page=${RUNS}`)).body.data[0];
    expect(alone).toEqual(whole);
  });

  it('are nobody else’s', async () => {
    const [{ id }] = (await world.person.erp.client.get('/sync-logs?limit=1')).body.data;
    const other = await givenWorld(app);
    expectError(await other.person.erp.client.get(`/sync-logs/${id}`), 404, 'NOT_FOUND');
    const path = `/api/integrations/${world.person.erp.integrationId}/sync-logs/${id}`;
    expect((await world.person.client.get(path)).status).toBe(200);
    expectError(await other.person.client.get(path), 404, 'NOT_FOUND');
  });
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
