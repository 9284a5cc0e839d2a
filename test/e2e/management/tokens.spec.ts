import { ROLES } from '../../../src/auth/principal/roles.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { expectError, expectManagementError } from '../../support/http/expect-error.js';
import { givenErp } from '../../support/app/factories.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';

let app: TestApp;
let admin: Person;
let base: string;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  admin = await givenPerson(app);
  base = `/apiops/projects/${admin.slug}/integrations/${admin.erp.integrationId}/tokens`;
});

const create = (body: object): Promise<Answer> => admin.client.post(`${base}/`, body);
const input = { name: 'nightly', scopes: ['integration:suppliers:read'] };

describe('a token of an integration', () => {
  it('is shown once where it is issued, and does what its scopes allow', async () => {
    const { status, body } = await create({ ...input, expiresInDays: 30 });
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        id: expect.stringMatching(/^tok_/),
        integrationId: admin.erp.integrationId,
        name: 'nightly',
        token: expect.stringMatching(/^eudr_live_[0-9a-f]{48}$/),
        prefix: body.token.slice(0, 'eudr_live_'.length + 8),
        scopes: input.scopes,
        expiresAt: expect.any(String),
        revokedAt: null,
        lastUsedAt: null,
        madeBy: admin.tokenId,
        changedBy: null,
        createdAt: expect.any(String),
      },
    ]);
    const client = new Client(app.url, body.token);
    expect((await client.get('/suppliers')).status).toBe(200);
    expectError(await client.get('/products'), 403, 'INSUFFICIENT_SCOPES');
    const list = (await admin.client.get(`${base}/`)).body;
    expect(list.resultCount).toBe(2);
    expect(JSON.stringify(list)).not.toContain(body.token);
  });

  it('works no more once it is revoked', async () => {
    const { token, client } = { ...admin.erp, token: admin.erp.tokenId };
    const { status, body } = await admin.client.post(`${base}/${token}/revoke/`);
    expect([status, body.token.revokedAt]).toEqual([200, expect.any(String)]);
    expectError(await client.get('/auth/test'), 401, 'TOKEN_REVOKED');
  });

  it('of another integration is not found under this one', async () => {
    const other = await givenErp(app, { companyId: admin.companyId });
    expectManagementError(await admin.client.post(`${base}/${other.tokenId}/revoke/`), 404, 'not_found');
    expect((await other.client.get('/auth/test')).status).toBe(200);
  });

  it.each([
    ['no scopes', { name: 'A', scopes: [] }, ['scopes']],
    ['a scope that is none', { name: 'A', scopes: ['integration:all'] }, ['scopes']],
    ['no name', { scopes: input.scopes }, ['name']],
    ['a hash of the caller’s choice', { ...input, hash: 'a' }, ['hash']],
    ['an id of the caller’s choice', { ...input, id: 'tok_1' }, ['id']],
    ['another company', { ...input, companyId: 'com_1' }, ['companyId']],
    ['a life of more than ten years', { ...input, expiresInDays: 3651 }, ['expiresInDays']],
  ])('is not issued with %s', async (_, body, paths) => {
    expectManagementError(await create(body), 400, 'validation_failed', ...paths);
  });

  it('is made by nobody who may not make tokens, and by no other token, however few its scopes', async () => {
    const roles = ROLES.filter((role) => !['ROLE_ADMIN', 'ROLE_API_SECURITY'].includes(role));
    const { companyId, erp } = admin;
    const member = await givenPerson(app, { erp, roles });
    const session = await signedIn(app, await givenAccount(app, { companyId, roles }));
    const expiration_time = new Date(Date.now() + 3_600_000).toISOString();
    const made = await session.client.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time });
    const server = new Client(app.url, made.body.data);
    const doors = [base, `/api/integrations/${erp.integrationId}/tokens`];
    for (const door of doors) {
      for (const { client, status } of [
        ...[member.client, session.client, server].map((client) => ({ client, status: 403 })),
        { client: erp.client, status: 401 },
      ])
        expect((await client.post(door, input)).status).toBe(status);
    }
    expect((await admin.client.get(base)).body.resultCount).toBe(1);
  });
});
