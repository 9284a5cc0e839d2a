import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { expectManagementError } from '../../support/http/expect-error.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { mailed, until } from '../../support/processes/processes.js';

const LINK = /^http:\/\/localhost:3000\/console\/invitation#eudr_inv_[0-9a-f]{48}$/;

let app: TestApp;
let admin: Person;
let member: Person;
let users: string;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  admin = await givenPerson(app);
  member = await givenPerson(app, { erp: admin.erp, roles: ['ROLE_VIEWER'] });
  users = `/apiops/projects/${admin.slug}/users`;
});

const acts = async (): Promise<string[]> =>
  (await admin.client.get(`/apiops/projects/${admin.slug}/audit`)).body.resultList.map(
    ({ action }: { action: string }) => action,
  );

describe('the people of a company', () => {
  it('are listed with their roles, and nothing of their credentials', async () => {
    const { body } = await admin.client.get(`${users}/`);
    expect(body.resultCount).toBe(2);
    expect(body.resultList[1]).toEqual({
      id: member.userId,
      email: member.email,
      roles: ['ROLE_VIEWER'],
      verified: true,
      disabledAt: null,
      createdAt: expect.any(String),
    });
  });

  it('are invited by a link in the mail and another one, this once, in the answer, and in no log', async () => {
    const { status, body } = await admin.client.post(`${users}/`, {
      email: 'New@Acme.example',
      roles: ['ROLE_VIEWER'],
    });
    expect([status, body]).toEqual([
      201,
      {
        success: true,
        invitation: {
          id: expect.stringMatching(/^inv_/),
          email: 'new@acme.example',
          roles: ['ROLE_VIEWER'],
          expiresAt: expect.any(String),
          link: expect.stringMatching(LINK),
        },
      },
    ]);
    const link = body.invitation.link as string;
    await until(() => Promise.resolve(mailed(app.env).includes('/console/invitation#eudr_inv_')));
    expect(mailed(app.env)).not.toContain(link);
    const { body: audit } = await admin.client.get(`/apiops/projects/${admin.slug}/audit`);
    expect(audit.resultList[0]).toMatchObject({
      action: 'user.invited',
      target: { name: 'new@acme.example' },
    });
    const secret = link.slice(-48);
    expect(JSON.stringify(audit) + app.log.join('\n')).not.toContain(secret);
    const { body: listed } = await admin.client.get(`${users}/`);
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  it('get other roles, which hold at once', async () => {
    const integrations = `/apiops/projects/${admin.slug}/integrations/`;
    const input = { name: 'By the member', type: 'SAP' };
    expectManagementError(await member.client.post(integrations, input), 403, 'forbidden');
    const roles = ['ROLE_MANAGE_INTEGRATIONS'];
    const { body } = await admin.client.put(`${users}/${member.userId}/roles/`, { roles });
    expect(body.user.roles).toEqual(roles);
    expect((await member.client.post(integrations, input)).status).toBe(201);
    expect((await acts())[1]).toBe('user.roles_changed');
  });

  it('can do nothing more once they are disabled, until they are enabled', async () => {
    const { status, body } = await admin.client.post(`${users}/${member.userId}/disable/`);
    expect([status, body.user.disabledAt]).toEqual([200, expect.any(String)]);
    expectManagementError(await member.client.get('/apiops/projects/'), 401, 'invalid_token');
    await admin.client.post(`${users}/${member.userId}/enable/`);
    expect((await member.client.get('/apiops/projects/')).status).toBe(200);
    expect((await acts()).slice(0, 2)).toEqual(['user.enabled', 'user.disabled']);
  });

  it('who are removed find nothing of the company any more', async () => {
    expect((await admin.client.delete(`${users}/${member.userId}/`)).status).toBe(204);
    const integrations = `/apiops/projects/${admin.slug}/integrations/`;
    expectManagementError(await member.client.get(integrations), 404, 'not_found');
  });

  it.each([
    ['an administrator takes away their own role', (id: string) => ['PUT', `${id}/roles`] as const],
    ['an administrator disables themselves', (id: string) => ['POST', `${id}/disable`] as const],
    ['an administrator leaves', (id: string) => ['DELETE', id] as const],
  ])('keep an administrator: it is a conflict when %s and there is no other', async (_, call) => {
    const [method, path] = call(admin.userId);
    const body = method === 'PUT' ? { roles: ['ROLE_VIEWER'] } : undefined;
    expectManagementError(await admin.client.send(method, `${users}/${path}`, body), 409, 'conflict');
  });

  it.each([
    ['a role that is none', { roles: ['ROLE_ROOT'] }],
    ['no role', { roles: [] }],
  ])('are not given %s', async (_, body) => {
    const answer = await admin.client.put(`${users}/${member.userId}/roles/`, body);
    expectManagementError(answer, 400, 'validation_failed', 'roles');
  });

  it.each(['id', 'companyId', 'passwordHash', 'verified'])(
    'are not invited with %s of the caller’s choice',
    async (field) => {
      const input = { email: 'a@acme.example', roles: ['ROLE_VIEWER'], [field]: 'x' };
      expectManagementError(await admin.client.post(`${users}/`, input), 400, 'validation_failed', field);
    },
  );

  it('of another company are not found', async () => {
    const stranger = await givenPerson(app);
    const answer = await admin.client.post(`${users}/${stranger.userId}/disable/`);
    expectManagementError(answer, 404, 'not_found');
    expect((await new Client(app.url, stranger.token).get('/apiops/projects')).status).toBe(200);
  });
});
