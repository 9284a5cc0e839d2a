import { startApp, type TestApp } from '../../support/app/app.js';
import { givenErp, supplier } from '../../support/app/factories.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ LOG_LEVEL: 'trace' });
});
afterAll(() => app.close());

// Servers quote the offending value in their message; a column that does not fit makes one do so.
it('neither the answer nor the log holds a business value that the database quotes in its error', async () => {
  const erp = await givenErp(app);
  await app.database.dataSource.query('ALTER TABLE suppliers MODIFY name INT NOT NULL');
  const secret = 'Fazenda Secreta';
  const { status, body } = await erp.client.post('/suppliers', { suppliers: [supplier({ name: secret })] });
  expect([status, body.error]).toEqual([500, 'INTERNAL_ERROR']);
  const told = [JSON.stringify(body), ...app.log].join('\n');
  expect([secret, erp.token].filter((value) => told.includes(value))).toEqual([]);
});
