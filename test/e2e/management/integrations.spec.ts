import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError, expectManagementError } from '../../support/http/expect-error.js';
import { givenPerson, type Person } from '../../support/people/members.js';

let app: TestApp;
let admin: Person;
let base: string;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  admin = await givenPerson(app);
  base = `/apiops/projects/${admin.slug}/integrations`;
});

const create = (body: object): Promise<Answer> => admin.client.post(`${base}/`, body);

it('a person sees the companies that they belong to, with their roles', async () => {
  const { status, body } = await admin.client.get('/apiops/projects/');
  expect([status, body]).toEqual([
    200,
    {
      success: true,
      resultList: [
        { name: admin.slug, description: expect.any(String), id: admin.companyId, roles: ['ROLE_ADMIN'] },
      ],
      resultCount: 1,
    },
  ]);
});

describe('an integration', () => {
  it('is created, read, listed and removed', async () => {
    const { status, body } = await create({ name: 'Dynamics', type: 'DYNAMICS', syncMethod: 'PULL' });
    const { integration } = body;
    expect([status, integration]).toEqual([
      201,
      {
        id: expect.stringMatching(/^int_/),
        name: 'Dynamics',
        type: 'DYNAMICS',
        status: 'ACTIVE',
        syncMethod: 'PULL',
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    expect((await admin.client.get(`${base}/${integration.id}/`)).body).toEqual({
      success: true,
      integration,
    });
    const list = (await admin.client.get(`${base}/`)).body;
    expect([list.resultCount, list.resultList[1]]).toEqual([2, integration]);
    expect((await admin.client.delete(`${base}/${integration.id}/`)).status).toBe(200);
    expectManagementError(await admin.client.get(`${base}/${integration.id}/`), 404, 'not_found');
  });

  it('that is removed takes its tokens with it, and its name is free again', async () => {
    const { erp } = admin;
    expect((await erp.client.get('/auth/test')).status).toBe(200);
    const { body } = await admin.client.delete(`${base}/${erp.integrationId}/`);
    expectError(await erp.client.get('/auth/test'), 401, 'TOKEN_REVOKED');
    expect((await create({ name: body.integration.name, type: 'SAP' })).status).toBe(201);
  });

  it('that is deactivated turns its tokens away until it is activated', async () => {
    const { integrationId, client } = admin.erp;
    const deactivated = await admin.client.post(`${base}/${integrationId}/deactivate/`);
    expect(deactivated.body.integration.status).toBe('INACTIVE');
    expectError(await client.get('/auth/test'), 403, 'INTEGRATION_INACTIVE');
    const activated = await admin.client.post(`${base}/${integrationId}/activate/`);
    expect(activated.body.integration.status).toBe('ACTIVE');
    expect((await client.get('/auth/test')).status).toBe(200);
  });

  it('has a name of its own in the company, also when two are made at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => create({ name: 'Twin', type: 'CUSTOM' })),
    );
    const losers = answers.filter(({ status }) => status !== 201);
    expect(losers).toHaveLength(7);
    for (const loser of losers) expectManagementError(loser, 409, 'duplicate_name');
  });

  it.each([
    ['no name', { type: 'SAP' }, ['name']],
    ['no type', { name: 'A' }, ['type']],
    ['a type that is none', { name: 'A', type: 'ABACUS' }, ['type']],
    ['the type of an OAuth application', { name: 'A', type: 'OAUTH_APP' }, ['type']],
    ['the type of a plugin', { name: 'A', type: 'PLUGIN' }, ['type']],
    ['a space after the name', { name: 'A ', type: 'SAP' }, ['name']],
    ['a line break before the name', { name: '\nA', type: 'SAP' }, ['name']],
    ['an invisible end of the name', { name: 'A\u200b', type: 'SAP' }, ['name']],
    ['an id of the caller’s choice', { name: 'A', type: 'SAP', id: 'int_1' }, ['id']],
    ['another company', { name: 'A', type: 'SAP', companyId: 'com_1' }, ['companyId']],
    ['a status of the caller’s choice', { name: 'A', type: 'SAP', status: 'ERROR' }, ['status']],
  ])('is not made with %s', async (_, body, paths) => {
    expectManagementError(await create(body), 400, 'validation_failed', ...paths);
  });

  it('has a name that nothing at its ends tells from another, and is told apart by case', async () => {
    expect((await create({ name: 'n', type: 'SAP' })).status).toBe(201);
    for (const name of ['n ', ' n', 'n\t', 'n\u00a0']) {
      expectManagementError(await create({ name, type: 'SAP' }), 400, 'validation_failed', 'name');
    }
    expectManagementError(await create({ name: 'n', type: 'SAP' }), 409, 'duplicate_name');
    for (const name of ['N', 'n n', '\u00f1', 'n\u0303']) {
      expect([name, (await create({ name, type: 'SAP' })).status]).toEqual([name, 201]);
    }
  });

  it('list pages that do not exist are empty, and pages that are none are refused', async () => {
    const beyond = (await admin.client.get(`${base}/?page=9&size=10`)).body;
    expect(beyond).toEqual({ success: true, resultList: [], resultCount: 1 });
    expectManagementError(await admin.client.get(`${base}/?page=0`), 400, 'validation_failed', 'page');
    expectManagementError(await admin.client.get(`${base}/?size=101`), 400, 'validation_failed', 'size');
  });

  it.each(['', '1e2', '0x10', '1.0', '+1', '%201', '1000001', '1&page=2'])(
    'is listed by pages of decimal digits, not by "%s"',
    async (page) => {
      const answer = await admin.client.get(`${base}/?page=${page}`);
      expectManagementError(answer, 400, 'validation_failed', 'page');
    },
  );
});
