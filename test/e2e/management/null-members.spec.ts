import type { TestApp } from '../../support/app/app.js';
import { startApp } from '../../support/app/app.js';
import { givenPerson, type Person } from '../../support/people/members.js';

let app: TestApp;
let admin: Person;
beforeAll(async () => {
  app = await startApp();
  admin = await givenPerson(app);
});
afterAll(() => app.close());

it('null for a member that may be left out counts as left out', async () => {
  const body = { name: 'SAP', type: 'SAP', syncMethod: null };
  const created = await admin.client.post('/api/integrations', body);
  expect([created.status, created.body.syncMethod]).toEqual([201, 'PUSH']);
  const token = { name: 'nightly', scopes: ['integration:suppliers:read'], expiresInDays: null };
  const issued = await admin.client.post(`/api/integrations/${created.body.id}/tokens`, token);
  expect(issued.status).toBe(201);
});

it.each(['ids', 'prefix', 'integration', 'createdBefore', 'lastUsedBefore'])(
  'null for %s, which narrows a bulk revocation, is refused: it must not revoke more than was meant',
  async (member) => {
    const path = `/apiops/projects/${admin.companyId}/tokens/revoke`;
    const { status, body } = await admin.client.post(path, { all: true, [member]: null, dryRun: true });
    expect([status, body.validation_errors?.[0]?.path]).toEqual([400, member]);
  },
);
