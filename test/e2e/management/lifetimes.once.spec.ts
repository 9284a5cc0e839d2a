import { readFileSync } from 'node:fs';
import { startApp, type TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import type { Answer, Client } from '../../support/http/client.js';
import { type Account, givenAccount, signedIn } from '../../support/people/accounts.js';
import { givenPerson } from '../../support/people/members.js';
import { signedInBefore } from '../../support/people/old-sign-in.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (ms: number): string => new Date(Math.floor((Date.now() + ms) / 1000) * 1000).toISOString();

/** A call that makes a credential: with an expiry, or without one where it may be left out. */
interface Maker {
  make(client: Client, expires?: Date): Promise<Answer>;
  expiryOf(body: Answer['body']): string;
  /** Whether the expiry may be left out. */
  optional: boolean;
}

const SCOPES = ['integration:sync:read'];
const daysTo = (expires?: Date): object =>
  expires ? { expiresInDays: Math.round((expires.getTime() - Date.now()) / DAY_MS) } : {};

/** Every call that answers with a credential whose life its maker chooses. */
const MAKERS: Record<string, (integration: string, company: string) => Maker> = {
  'POST /apiops/tokens': () => ({
    make: (client, expires) =>
      client.post('/apiops/tokens/', { name: 'A', expires: expires?.toISOString() ?? 'never' }),
    expiryOf: ({ expires }) => expires as string,
    optional: false,
  }),
  'POST /api/v1/auth/private_tokens': () => ({
    make: (client, expires) =>
      client.post('/api/v1/auth/private_tokens/', {
        name: 'A',
        expiration_time: expires?.toISOString() ?? at(300 * DAY_MS),
      }),
    expiryOf: ({ expiration_time }) => expiration_time as string,
    optional: false,
  }),
  'POST /api/integrations/{integration}/tokens': (integration) => ({
    make: (client, expires) =>
      client.post(`/api/integrations/${integration}/tokens`, {
        name: 'A',
        scopes: SCOPES,
        ...daysTo(expires),
      }),
    expiryOf: ({ expiresAt }) => expiresAt as string,
    optional: true,
  }),
  'POST /apiops/projects/{company}/integrations/{integration}/tokens': (integration, company) => ({
    make: (client, expires) =>
      client.post(`/apiops/projects/${company}/integrations/${integration}/tokens/`, {
        name: 'A',
        scopes: SCOPES,
        ...daysTo(expires),
      }),
    expiryOf: ({ expiresAt }) => expiresAt as string,
    optional: true,
  }),
};

/** What answers with a secret whose life nobody chooses: sign-ins, links, secrets that sign; and the rotation below. */
const OTHERS = [
  'POST /api/integrations/{integration}/tokens/{token}/rotate',
  'POST /api/integrations/{integration}/webhooks',
  'POST /api/integrations/{integration}/webhooks/{id}/rotate-secret',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/integration/webhook-events',
  'POST /api/v1/integration/webhook-events/{id}/rotate-secret',
  'POST /apiops/auth/token',
  'POST /apiops/projects/{company}/users',
];

let app: TestApp;
let account: Account;
let integration: string;
beforeAll(async () => {
  app = await startApp();
  account = await givenAccount(app);
  integration = (await givenErp(app, { companyId: account.companyId })).integrationId;
});
afterAll(() => app.close());

/** Each surface has its own form of errors. */
const refused = ({ status, body }: Answer, code: string): void => {
  const shown = body as { error?: string; errors?: { code: string }[] };
  expect([status, String(shown.error ?? shown.errors?.[0]?.code).toLowerCase()]).toEqual([403, code]);
};

it('knows every call that answers with a secret', () => {
  const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenApi;
  expect(callsWithSecrets(document).sort()).toEqual([...Object.keys(MAKERS), ...OTHERS].sort());
});

describe.each(Object.keys(MAKERS))('%s', (name) => {
  const maker = (): Maker => (MAKERS[name] as (typeof MAKERS)[string])(integration, account.companyId);
  const later = new Date(Date.now() + 100 * DAY_MS);

  it('makes what a sign-in of the last 15 minutes asks for', async () => {
    const { client } = await signedIn(app, account);
    const { status, body } = await maker().make(client, later);
    expect([status, new Date(maker().expiryOf(body)).getTime() > Date.now() + 99 * DAY_MS]).toEqual([
      201,
      true,
    ]);
  });

  it('refuses an older sign-in that asks for more than its own life', async () => {
    const { client } = await signedInBefore(app, account);
    refused(await maker().make(client, later), 'sign_in_again');
  });

  it('makes nothing that outlives a personal token, whose expiry is taken where none is given', async () => {
    if (name.includes('private_tokens')) return;
    const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 2 * DAY_MS);
    const erp = await givenErp(app);
    const person = await givenPerson(app, { erp, expiresAt });
    const own = (MAKERS[name] as (typeof MAKERS)[string])(erp.integrationId, erp.companyId);
    refused(await own.make(person.client, later), 'outlives_maker');
    const answer = await own.make(person.client);
    if (!own.optional) return refused(answer, 'outlives_maker');
    expect([answer.status, own.expiryOf(answer.body)]).toEqual([201, expiresAt.toISOString()]);
  });
});

describe('rotating a token', () => {
  const rotate = (client: Client, of: string, id: string): Promise<Answer> =>
    client.post(`/api/integrations/${of}/tokens/${id}/rotate`, {});

  it('shortens its life to that of the personal token which rotates', async () => {
    const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 2 * DAY_MS);
    const person = await givenPerson(app, { expiresAt });
    const { status, body } = await rotate(person.client, person.erp.integrationId, person.erp.tokenId);
    expect([status, body.expiresAt]).toEqual([201, expiresAt.toISOString()]);
  });

  it('asks a person whose sign-in is older than 15 minutes to sign in again', async () => {
    const { tokenId } = await givenErp(app, { companyId: account.companyId, integrationId: integration });
    const { client } = await signedInBefore(app, account);
    refused(await rotate(client, integration, tokenId), 'sign_in_again');
    const { client: fresh } = await signedIn(app, account);
    const { status, body } = await rotate(fresh, integration, tokenId);
    expect([status, body.expiresAt]).toEqual([201, null]);
  });
});

describe('inviting', () => {
  const invite = (client: Client, company: string): Promise<Answer> =>
    client.post(`/apiops/projects/${company}/users/`, {
      email: 'invited@acme.example',
      roles: ['ROLE_VIEWER'],
    });
  const expiryOf = ({ status, body }: Answer): [number, unknown] => [status, body.invitation?.expiresAt];

  it('is for 7 days, but not for longer than the personal token lives that invites', async () => {
    const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 2 * DAY_MS);
    const [brief, lasting] = [await givenPerson(app, { expiresAt }), await givenPerson(app)];
    expect(expiryOf(await invite(brief.client, brief.slug))).toEqual([201, expiresAt.toISOString()]);
    const [status, usual] = expiryOf(await invite(lasting.client, lasting.slug));
    expect([status, Date.parse(usual as string) > Date.now() + 6 * DAY_MS]).toEqual([201, true]);
  });

  it('needs a sign-in of the last 15 minutes', async () => {
    const { client } = await signedInBefore(app, account);
    refused(await invite(client, account.companyId), 'sign_in_again');
    const { client: fresh } = await signedIn(app, account);
    expect((await invite(fresh, account.companyId)).status).toBe(201);
  });
});

it('the time of the sign-in stays that of the password when a session is refreshed', async () => {
  const { body } = await signedIn(app, account);
  const [, payload] = (body.access_token as string).split('.');
  const claims = JSON.parse(Buffer.from(payload as string, 'base64url').toString()) as {
    auth_time: number;
    sid: string;
  };
  const long = new Date(Date.now() - HOUR_MS);
  await app.database.transaction((tx) =>
    tx.manager.update('sessions', { id: claims.sid }, { createdAt: long }),
  );
  const refreshed = await (
    await signedIn(app, account)
  ).client.post('/api/v1/auth/refresh/', { refresh_token: body.refresh_token });
  const [, next] = (refreshed.body.access_token as string).split('.');
  const renewed = JSON.parse(Buffer.from(next as string, 'base64url').toString()) as { auth_time: number };
  expect(claims.auth_time).toBeGreaterThan(renewed.auth_time);
  expect(renewed.auth_time).toBe(Math.floor(long.getTime() / 1000));
});

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
}
interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Json }> }>>;
  components: { schemas: Record<string, Schema> };
}
type Json = Record<string, { schema: Schema }>;

const SECRETS = ['token', 'secret', 'link', 'access_token'];
const isText = (schema: Schema | undefined): boolean => (schema as { type?: string })?.type === 'string';

/** The calls whose answers hold text by a name that secrets have. */
function callsWithSecrets({ paths, components }: OpenApi): string[] {
  const resolve = ({ $ref, ...schema }: Schema): Schema =>
    $ref ? (components.schemas[$ref.split('/').at(-1) as string] as Schema) : schema;
  const holds = (given: Schema): boolean => {
    const { properties = {}, allOf = [] } = resolve(given);
    const isJwt = isText(properties['data']) && 'expiration_time' in properties;
    const here = isJwt || SECRETS.some((name) => isText(properties[name]));
    return here || [...allOf, ...Object.values(properties)].some(holds);
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { responses }]) =>
        Object.entries(responses).some(
          ([status, { content = {} }]) =>
            status.startsWith('2') && Object.values(content).some((one) => holds(one.schema)),
        ),
      )
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  );
}
