import { SCOPES } from '../../../src/auth/principal/scopes.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { changeToken, givenErp } from '../../support/app/factories.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

it('tells a token whose it is and what it may do, and nothing else', async () => {
  const erp = await givenErp(app);
  const { status, body } = await erp.client.get('/auth/test');
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    company: erp.slug,
    integration: {
      id: erp.integrationId,
      name: expect.stringContaining('ERP of'),
      type: 'SAP',
      status: 'ACTIVE',
    },
    token: {
      id: erp.tokenId,
      name: 'test',
      prefix: erp.token.slice(0, 18),
      scopes: [...SCOPES],
      expiresAt: null,
    },
  });
});

it('shows when the token expires as ISO 8601 in UTC', async () => {
  const erp = await givenErp(app);
  const expiresAt = new Date('2099-12-31T23:59:59.123Z');
  await changeToken(app, erp.tokenId, { expiresAt });
  expect((await erp.client.get('/auth/test')).body.token.expiresAt).toBe('2099-12-31T23:59:59.123Z');
});

it('needs no scope, and shows just those that are held', async () => {
  const none = await givenErp(app, { scopes: [] });
  const one = await givenErp(app, { scopes: ['integration:dds:read'] });
  expect((await none.client.get('/auth/test')).body.token.scopes).toEqual([]);
  expect((await one.client.get('/auth/test')).body.token.scopes).toEqual(['integration:dds:read']);
});

it('is not to be kept by anything between', async () => {
  const erp = await givenErp(app);
  const stored = (await erp.client.get('/auth/test')).headers.get('cache-control') ?? '';
  expect(stored).not.toMatch(/public|max-age=[1-9]/);
});
