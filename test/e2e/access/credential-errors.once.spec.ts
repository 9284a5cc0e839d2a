import { type Scope, SCOPES } from '../../../src/auth/principal/scopes.js';
import { IntegrationsService } from '../../../src/integrations/integrations.service.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { changeToken, type Erp, givenErp } from '../../support/app/factories.js';
import { CLOSED_ROUTES, type IntegrationRoute, nameOf } from '../../support/http/routes.js';

const yesterday = (): Date => new Date(Date.now() - 86_400_000);
const call = (client: Client, { method, path, body }: IntegrationRoute): Promise<Answer> =>
  client.send(method, path, body);
const challengeOf = (answer: Answer): string | null => answer.headers.get('www-authenticate');

let app: TestApp;
let revoked: Erp;
let expired: Erp;
let inactive: Erp;
beforeAll(async () => {
  app = await startApp();
  revoked = await givenErp(app);
  await changeToken(app, revoked.tokenId, { revokedAt: yesterday() });
  expired = await givenErp(app);
  await changeToken(app, expired.tokenId, { expiresAt: yesterday() });
  inactive = await givenErp(app);
  await app.nest.get(IntegrationsService).setStatus(inactive.integrationId, 'INACTIVE');
});
afterAll(() => app.close());

/** A client for each credential that is refused whatever the route, with what it is told. */
const refused: [error: string, status: number, client: () => Client][] = [
  ['AUTHENTICATION_REQUIRED', 401, () => new Client(app.url)],
  ['INVALID_TOKEN_FORMAT', 401, () => new Client(app.url, 'not-a-token')],
  ['INVALID_TOKEN', 401, () => new Client(app.url, `eudr_live_${'0'.repeat(48)}`)],
  ['TOKEN_REVOKED', 401, () => revoked.client],
  ['TOKEN_EXPIRED', 401, () => expired.client],
  ['INTEGRATION_INACTIVE', 403, () => inactive.client],
];

describe.each(CLOSED_ROUTES.map((route) => [nameOf(route), route] as const))('%s', (_name, route) => {
  it.each(refused)('answers %s with %i', async (error, status, client) => {
    const answer = await call(client(), route);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error, message: expect.any(String), requestId: expect.any(String) });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe.each(CLOSED_ROUTES.filter(({ scope }) => scope).map((route) => [nameOf(route), route] as const))(
  '%s',
  (_name, route) => {
    const scope = route.scope as Scope;

    it('answers INSUFFICIENT_SCOPES to a token with every other scope, and names the one it lacks', async () => {
      const erp = await givenErp(app, { scopes: SCOPES.filter((other) => other !== scope) });
      const answer = await call(erp.client, route);
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual({
        error: 'INSUFFICIENT_SCOPES',
        message: expect.stringContaining(scope),
        details: { required: [scope] },
        requestId: expect.any(String),
      });
    });

    it('lets a token in that has this scope alone', async () => {
      const erp = await givenErp(app, { scopes: [scope] });
      expect([401, 403]).not.toContain((await call(erp.client, route)).status);
    });
  },
);

it.each(
  CLOSED_ROUTES.filter(({ scope, anyOf }) => !scope && !anyOf).map(
    (route) => [nameOf(route), route] as const,
  ),
)('%s needs a token and no scope', async (_name, route) => {
  const erp = await givenErp(app, { scopes: [] });
  expect((await call(erp.client, route)).status).toBe(200);
});

describe('the challenge of RFC 6750', () => {
  it('names no error where no credential was shown', async () => {
    const challenge = challengeOf(await new Client(app.url).get('/suppliers'));
    expect(challenge).toMatch(/^Bearer( |$)/);
    expect(challenge).not.toContain('error');
  });

  it.each(['INVALID_TOKEN_FORMAT', 'INVALID_TOKEN', 'TOKEN_REVOKED', 'TOKEN_EXPIRED'])(
    'says invalid_token for %s',
    async (error) => {
      const client = refused.find(([name]) => name === error)?.[2]() as Client;
      const answer = await client.get('/suppliers');
      expect(answer.body.error).toBe(error);
      expect(challengeOf(answer)).toMatch(/^Bearer .*error="invalid_(token|request)"/);
    },
  );

  it('says insufficient_scope and which scope', async () => {
    const erp = await givenErp(app, { scopes: ['integration:products:read'] });
    const challenge = challengeOf(await erp.client.get('/suppliers'));
    expect(challenge).toMatch(/^Bearer .*error="insufficient_scope"/);
    expect(challenge).toContain('scope="integration:suppliers:read"');
  });

  it('uses no character that a quoted header value may not hold', async () => {
    const answers = await Promise.all(refused.map(([, , client]) => client().get('/suppliers')));
    for (const challenge of answers.map(challengeOf)) expect(challenge ?? '').toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('when several errors apply', () => {
  it('a revoked token that has also expired is TOKEN_REVOKED', async () => {
    const erp = await givenErp(app);
    await changeToken(app, erp.tokenId, { revokedAt: yesterday(), expiresAt: yesterday() });
    expect((await erp.client.get('/suppliers')).body.error).toBe('TOKEN_REVOKED');
  });

  it('a revoked token of an inactive integration is TOKEN_REVOKED', async () => {
    const erp = await givenErp(app, { companyId: inactive.companyId, integrationId: inactive.integrationId });
    await changeToken(app, erp.tokenId, { revokedAt: yesterday() });
    expect((await erp.client.get('/suppliers')).body.error).toBe('TOKEN_REVOKED');
  });

  it('an expired token of an inactive integration is TOKEN_EXPIRED', async () => {
    const erp = await givenErp(app, { companyId: inactive.companyId, integrationId: inactive.integrationId });
    await changeToken(app, erp.tokenId, { expiresAt: yesterday() });
    expect((await erp.client.get('/suppliers')).body.error).toBe('TOKEN_EXPIRED');
  });

  it('an expired token without the scope is TOKEN_EXPIRED', async () => {
    const erp = await givenErp(app, { scopes: [] });
    await changeToken(app, erp.tokenId, { expiresAt: yesterday() });
    expect((await erp.client.get('/suppliers')).body.error).toBe('TOKEN_EXPIRED');
  });

  it('a token of an inactive integration that also lacks the scope is INTEGRATION_INACTIVE', async () => {
    const { companyId, integrationId } = inactive;
    const erp = await givenErp(app, { companyId, integrationId, scopes: [] });
    expect((await erp.client.get('/suppliers')).body.error).toBe('INTEGRATION_INACTIVE');
  });
});

it.each(['INACTIVE', 'PENDING', 'ERROR'] as const)(
  'an integration that is %s lets no token in',
  async (status) => {
    const erp = await givenErp(app);
    await app.nest.get(IntegrationsService).setStatus(erp.integrationId, status);
    const answer = await erp.client.get('/auth/test');
    expect([answer.status, answer.body.error]).toEqual([403, 'INTEGRATION_INACTIVE']);
  },
);

it('gives each refusal the request id that its header carries', async () => {
  const answer = await new Client(app.url).get('/suppliers');
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
});

it('answers in the format of RFC 9457 where that is asked for, with the same status and challenge', async () => {
  const answer = await new Client(app.url).get('/suppliers', { accept: 'application/problem+json' });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ status: 401, code: 'AUTHENTICATION_REQUIRED' });
  expect(challengeOf(answer)).toMatch(/^Bearer/);
});

it('asks no credential of the health checks', async () => {
  const statuses = await Promise.all(
    ['/health/live', '/health/ready'].map((path) => new Client(app.url).get(path)),
  );
  expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
});
