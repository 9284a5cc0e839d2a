import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { type Erp, givenErp, supplier } from '../support/factories.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
});
afterAll(() => app.close());

it('syncs a supplier and lists it', async () => {
  const { status, body } = await erp.client.post('/suppliers', {
    suppliers: [supplier({ externalId: 'A' })],
  });
  expect([status, body.created]).toEqual([200, 1]);
  const list = await erp.client.get('/suppliers');
  expect(list.body.entities).toMatchObject([{ externalId: 'A', syncStatus: 'SYNCED' }]);
});
