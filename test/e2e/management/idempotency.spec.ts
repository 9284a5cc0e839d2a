import { Membership } from '../../../src/identity/users/membership.entity.js';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { bindToken } from '../../../src/identity/users/token-companies.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError, expectManagementError } from '../../support/http/expect-error.js';
import { givenErp } from '../../support/app/factories.js';
import { expectOneEffect, expectReplay, isReplay, keyed } from '../../support/http/idempotency.js';
import { givenPerson, type Person } from '../../support/people/members.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';

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

/** How often the company's audit log holds an action. */
async function timesDone(action: string): Promise<number> {
  const { body } = await admin.client.get(`${project}/audit/?action=${action}`);
  return body.resultCount as number;
}

const inOneDay = (): string => new Date(Date.now() + 86_400_000).toISOString();
const token = { name: 'nightly', scopes: ['integration:suppliers:read'] };

interface Creation {
  path: () => string;
  body: object;
  other: object;
  action: string;
}

const creations: [what: string, creation: Creation][] = [
  [
    'an integration',
    {
      path: () => `${project}/integrations/`,
      body: { name: 'SAP', type: 'SAP' },
      other: { name: 'Oracle', type: 'ORACLE' },
      action: 'integration.created',
    },
  ],
  [
    'a token of an integration',
    {
      path: () => `${project}/integrations/${admin.erp.integrationId}/tokens/`,
      body: token,
      other: { ...token, name: 'hourly' },
      action: 'token.created',
    },
  ],
  [
    'a personal token',
    {
      path: () => '/apiops/tokens/',
      body: { name: 'script', expires: 'never' },
      other: { name: 'another script', expires: 'never' },
      action: 'personal_token.created',
    },
  ],
  [
    'an invitation',
    {
      path: () => `${project}/users/`,
      body: { email: 'new@acme.example', roles: ['ROLE_VIEWER'] },
      other: { email: 'newer@acme.example', roles: ['ROLE_VIEWER'] },
      action: 'user.invited',
    },
  ],
];

describe.each(creations)('an Idempotency-Key on the POST that makes %s', (_, creation) => {
  const { path, body, other, action } = creation;
  const create = (sent: object, headers: Record<string, string>): Promise<Answer> =>
    admin.client.post(path(), sent, headers);

  it('replays the first answer, secret and all, and makes nothing again', async () => {
    const before = await timesDone(action);
    const headers = keyed();
    const first = await create(body, headers);
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    expectReplay(await create(body, headers), first);
    expectReplay(await admin.client.post(path().replace(/\/$/, ''), body, headers), first);
    expect(await timesDone(action)).toBe(before + 1);
  });

  it('is a 422 with another body, which makes nothing', async () => {
    const headers = keyed();
    expect((await create(body, headers)).status).toBe(201);
    const done = await timesDone(action);
    expectManagementError(await create(other, headers), 422, 'idempotency_key_reused');
    expect(await timesDone(action)).toBe(done);
  });

  it('has one effect where two send it at once', async () => {
    const before = await timesDone(action);
    const headers = keyed();
    const answers = await Promise.all([create(body, headers), create(body, headers)]);
    const own = answers.filter((answer) => answer.status === 201 && !isReplay(answer));
    expect(own).toHaveLength(1);
    for (const answer of answers.filter((one) => one !== own[0])) {
      if (answer.status === 201) expectReplay(answer, own[0] as Answer);
      else expectManagementError(answer, 409, 'idempotency_in_progress');
    }
    expect(await timesDone(action)).toBe(before + 1);
  });

  it('is free again after a call that failed', async () => {
    const headers = keyed();
    expectManagementError(
      await create({ ...body, colour: 'red' }, headers),
      400,
      'validation_failed',
      'colour',
    );
    expect((await create(body, headers)).status).toBe(201);
  });
});

const actions: [what: string, path: () => Promise<string> | string, action: string][] = [
  [
    'activates an integration',
    () => `${project}/integrations/${admin.erp.integrationId}/activate/`,
    'integration.activated',
  ],
  [
    'deactivates an integration',
    () => `${project}/integrations/${admin.erp.integrationId}/deactivate/`,
    'integration.deactivated',
  ],
  [
    'revokes a token',
    () => `${project}/integrations/${admin.erp.integrationId}/tokens/${admin.erp.tokenId}/revoke/`,
    'token.revoked',
  ],
  [
    'revokes a personal token',
    async () => {
      const { body } = await admin.client.post('/apiops/tokens/', { name: 'old', expires: 'never' });
      return `/apiops/tokens/${body.id}/revoke/`;
    },
    'personal_token.revoked',
  ],
  ['disables someone', () => givenColleague('disable'), 'user.disabled'],
  ['enables someone', () => givenColleague('enable'), 'user.enabled'],
];

/** The path of what is done to another member of the company. */
async function givenColleague(action: 'disable' | 'enable'): Promise<string> {
  const { userId } = await givenPerson(app, { erp: admin.erp, roles: ['ROLE_VIEWER'] });
  const path = `${project}/users/${userId}`;
  if (action === 'enable') await admin.client.post(`${path}/disable/`);
  return `${path}/${action}/`;
}

describe.each(actions)('an Idempotency-Key on the POST that %s', (_, pathOf, action) => {
  it('replays the first answer, and does nothing again', async () => {
    const path = await pathOf();
    const before = await timesDone(action);
    const headers = keyed();
    const first = await admin.client.post(path, undefined, headers);
    expect([first.status, isReplay(first)]).toEqual([200, false]);
    expectReplay(await admin.client.post(path, undefined, headers), first);
    expect(await timesDone(action)).toBe(before + 1);
  });

  it('is a 422 on another route', async () => {
    const path = await pathOf();
    const headers = keyed();
    expect((await admin.client.post(path, undefined, headers)).status).toBe(200);
    const answer = await admin.client.post('/apiops/tokens/', { name: 'x', expires: 'never' }, headers);
    expectManagementError(answer, 422, 'idempotency_key_reused');
  });

  it('leaves nothing behind where what it is about does not exist', async () => {
    const path = (await pathOf()).replace(/[^/]+(?=\/\w+\/$)/, 'none_01kan2x5v6fkrb3m1s3c1v9y7t');
    const headers = keyed();
    expectManagementError(await admin.client.post(path, undefined, headers), 404, 'not_found');
    expectManagementError(await admin.client.post(path, undefined, headers), 404, 'not_found');
  });
});

describe('an Idempotency-Key on POST /api/v1/auth/private_tokens/', () => {
  const path = '/api/v1/auth/private_tokens/';

  it('replays the JWT of the first answer, and makes no second token', async () => {
    const { client } = await signedIn(app, await givenAccount(app));
    const [headers, body] = [keyed(), { name: 'nightly', expiration_time: inOneDay() }];
    const first = await client.post(path, body, headers);
    expect([first.status, first.body.data]).toEqual([201, expect.any(String)]);
    expectReplay(await client.post(path, body, headers), first);
    expect((await client.get(path)).body.count).toBe(1);
  });

  it('has one effect where two send it at once, and is a 422 with another body', async () => {
    const { client } = await signedIn(app, await givenAccount(app));
    const [headers, body] = [keyed(), { name: 'nightly', expiration_time: inOneDay() }];
    const answers = await Promise.all([client.post(path, body, headers), client.post(path, body, headers)]);
    expect(answers.filter((answer) => answer.status === 201 && !isReplay(answer))).toHaveLength(1);
    const { status, body: refused } = await client.post(path, { ...body, name: 'hourly' }, headers);
    expect([status, refused.errors[0].code]).toEqual([422, 'idempotency_key_reused']);
    expect((await client.get(path)).body.count).toBe(1);
  });
});

describe('an Idempotency-Key of a person', () => {
  it('is of the company that the call is about, in whichever way it is named', async () => {
    const other = await givenErp(app);
    await app.database.transaction(async (tx) => {
      const now = new Date();
      const member = { userId: admin.userId, companyId: other.companyId, roles: ['ROLE_ADMIN' as const] };
      await tx.manager.insert(Membership, { ...member, createdAt: now, updatedAt: now });
      const token = { id: admin.tokenId, userId: admin.userId };
      await bindToken(tx, token, [admin.companyId, other.companyId]);
      await app.nest.get(RevocationEpoch).bump(tx);
    });
    const create = (company: string, headers: Record<string, string>): Promise<Answer> =>
      admin.client.post(
        '/api/integrations',
        { name: 'SAP', type: 'SAP' },
        { ...headers, 'x-company': company },
      );
    const headers = keyed();
    const first = await create(admin.slug, headers);
    expect(first.status).toBe(201);
    expectReplay(await create(admin.companyId, headers), first);
    expectError(await create(other.slug, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('is ignored by what is no POST', async () => {
    const { integrationId, tokenId } = admin.erp;
    const headers = keyed();
    const path = `/api/integrations/${integrationId}/tokens/${tokenId}/revoke`;
    const first = await admin.client.send('PATCH', path, undefined, headers);
    const second = await admin.client.send('PATCH', path, undefined, headers);
    expect([first.status, second.status, isReplay(second)]).toEqual([200, 200, false]);
    const created = await admin.client.post('/api/integrations', { name: 'SAP', type: 'SAP' }, headers);
    expect(created.status).toBe(201);
  });

  it('has one effect at once on /api/integrations', async () => {
    const [headers, before] = [keyed(), await timesDone('integration.created')];
    const create = (): Promise<Answer> =>
      admin.client.post('/api/integrations', { name: 'SAP', type: 'SAP' }, headers);
    expectOneEffect(await Promise.all([create(), create()]), 201);
    expect(await timesDone('integration.created')).toBe(before + 1);
  });
});

it('a key is the same for the company by its slug and by its id', async () => {
  const headers = keyed();
  const send = (company: string): Promise<Answer> =>
    admin.client.post(`/apiops/projects/${company}/integrations/`, { name: 'SAP', type: 'SAP' }, headers);
  const first = await send(admin.slug);
  expect(first.status).toBe(201);
  expectReplay(await send(admin.erp.companyId), first);
});
