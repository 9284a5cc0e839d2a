import { Usage } from '../../../src/credentials/usage/usage.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectManagementError } from '../../support/http/expect-error.js';
import { givenPerson, type Person } from '../../support/people/members.js';

const TODAY = (): string => new Date().toISOString().slice(0, 10);

let app: TestApp;
let admin: Person;
let project: string;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  admin = await givenPerson(app);
  project = `/apiops/projects/${admin.slug}`;
});

const audit = (query = ''): Promise<Answer> => admin.client.get(`${project}/audit/${query}`);

describe('the audit log', () => {
  it('tells who revoked a token, when, from where and in which request', async () => {
    const { integrationId, tokenId } = admin.erp;
    const path = `${project}/integrations/${integrationId}/tokens/${tokenId}/revoke/`;
    const { headers } = await admin.client.post(path);
    const { body } = await audit('?action=token.revoked');
    expect(body).toEqual({
      success: true,
      resultCount: 1,
      resultList: [
        {
          sequence: expect.any(Number),
          at: expect.any(String),
          actor: { kind: 'user', id: admin.userId, name: admin.email },
          action: 'token.revoked',
          target: { kind: 'token', id: tokenId, name: 'test' },
          address: '127.0.0.1',
          requestId: headers.get('x-request-id'),
          credential: admin.tokenId,
          details: {
            integrationId,
            prefix: expect.stringMatching(/^eudr_live_/),
            acts: { made: [], changed: [], more: 0 },
          },
        },
      ],
    });
  });

  it('shows the latest first, and holds no token', async () => {
    const created = await admin.client.post(`${project}/integrations/`, { name: 'Another', type: 'SAP' });
    const tokens = `${project}/integrations/${created.body.integration.id}/tokens/`;
    const issued = await admin.client.post(tokens, { name: 'A', scopes: ['integration:dds:read'] });
    const { body } = await audit();
    const acts = body.resultList.map(({ action }: { action: string }) => action);
    expect(acts.slice(0, 2)).toEqual(['token.created', 'integration.created']);
    expect(JSON.stringify(body)).not.toContain(issued.body.token);
  });

  it('says nothing where an act was refused', async () => {
    const before = (await audit()).body.resultCount;
    await admin.client.post(`${project}/integrations/none/activate/`);
    await admin.client.post(`${project}/tokens/revoke/`, {});
    expect((await audit()).body.resultCount).toBe(before);
  });

  it('of one company says nothing of the acts in another', async () => {
    const other = await givenPerson(app);
    await other.client.post(`/apiops/projects/${other.slug}/integrations/`, { name: 'B', type: 'SAP' });
    expect(JSON.stringify((await audit()).body)).not.toContain(other.userId);
  });

  it('finds who acted and who was acted upon by their address in any case', async () => {
    await admin.client.post(`${project}/users/`, { email: 'New@Acme.Example', roles: ['ROLE_VIEWER'] });
    for (const query of [`actor=${admin.email.toUpperCase()}`, 'target=NEW@acme.example']) {
      const { body } = await audit(`?${query.replace('@', '%40')}&action=user.invited`);
      expect([query, body.resultCount]).toEqual([query, 1]);
    }
  });

  it.each([
    ['a window the wrong way round', '?since=2026-11-26&until=2026-11-25', 'until'],
    ['a window of no time', '?since=2026-11-26&until=2026-11-26T00:00:00Z', 'until'],
    ['an act that is none', '?action=all', 'action'],
    ['a time that is none', '?since=yesterday', 'since'],
    ['something unknown', '?company=x', 'company'],
  ])('is not shown for %s', async (_, query, path) => {
    expectManagementError(await audit(query), 400, 'validation_failed', path);
  });
});

describe('usage', () => {
  it('counts requests and errors of each credential by day', async () => {
    const { client, tokenId } = admin.erp;
    for (const path of ['/suppliers', '/suppliers', '/suppliers/none']) await client.get(path);
    await app.nest.get(Usage).flush();
    await client.get('/suppliers');
    await app.nest.get(Usage).flush();
    const { body } = await admin.client.get(`${project}/usage/`);
    const [used] = body.resultList.filter(
      ({ credentialId }: { credentialId: string }) => credentialId === tokenId,
    );
    expect(used).toEqual({
      day: TODAY(),
      credentialId: tokenId,
      requests: 4,
      errors: 1,
      lastUsedAt: expect.any(String),
    });
  });

  it('is shown for the days that are asked for', async () => {
    await admin.erp.client.get('/suppliers');
    await app.nest.get(Usage).flush();
    const { body } = await admin.client.get(`${project}/usage/?from=2020-01-01&to=2020-12-31`);
    expect(body.resultCount).toBe(0);
    const wrong = await admin.client.get(`${project}/usage/?from=today`);
    expectManagementError(wrong, 400, 'validation_failed', 'from');
    const turned = await admin.client.get(`${project}/usage/?from=2020-12-31&to=2020-01-01`);
    expectManagementError(turned, 400, 'validation_failed', 'to');
    const toCome = await admin.client.get(`${project}/usage/?from=9000-01-01`);
    expectManagementError(toCome, 400, 'validation_failed', 'from');
    for (const one of ['?from=2020-01-01&to=2020-01-01', '?to=2020-01-01']) {
      expect((await admin.client.get(`${project}/usage/${one}`)).status).toBe(200);
    }
  });

  it('that cannot be written is kept and written later, and no request fails for it', async () => {
    const { client, tokenId } = admin.erp;
    await app.database.write('ALTER TABLE usage_days RENAME TO usage_days_away');
    expect((await client.get('/suppliers')).status).toBe(200);
    await app.nest.get(Usage).flush();
    await app.database.write('ALTER TABLE usage_days_away RENAME TO usage_days');
    await app.nest.get(Usage).flush();
    const { body } = await admin.client.get(`${project}/usage/`);
    expect(body.resultList).toContainEqual(expect.objectContaining({ credentialId: tokenId, requests: 1 }));
  });
});
