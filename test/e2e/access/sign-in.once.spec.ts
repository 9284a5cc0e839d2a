import { auditContextOf } from '../../support/people/people.js';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { MembersService } from '../../../src/identity/members/members.service.js';
import { SignInFailures } from '../../../src/identity/sign-in/sign-in-failures.js';
import { auditOf } from '../../support/app/audit.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { ask } from '../../support/http/raw-answer.js';
import { givenErp } from '../../support/app/factories.js';
import { type Account, givenAccount, signedIn, signIn } from '../../support/people/accounts.js';
import { PASSWORD } from '../../support/people/usual-password.js';
import { expectAlikeInTime } from '../../support/waiting/timing.js';

const AUTH = '/api/v1/auth';
/** Of sign-ins whose times are compared. */
const ROUNDS = 40;
const WRONG = 1_000;
const AT_ONCE = 50;

let app: TestApp;
let anyone: Client;
let one: Account;
beforeAll(async () => {
  app = await startApp({ TRUST_PROXY: '127.0.0.1' });
  anyone = new Client(app.url);
  one = await givenAccount(app);
});
afterAll(() => app.close());

/** Asserts that a token is refused in the very words of the contract. */
function expectInvalidToken({ status, body }: Answer): void {
  const detail = 'The provided token is expired or invalid.';
  expect([status, body]).toEqual([
    401,
    { type: 'client_error', errors: [{ code: 'invalid_token', detail, attr: null, extra: null }] },
  ]);
}
const codes = ({ status, body }: Answer): unknown[] => [
  status,
  ...(body.errors as { code: string }[]).map(({ code }) => code),
];
/** As if all refresh tokens that are used up had been used long ago. */
const usedLongAgo = (): Promise<number> =>
  app.database.write(
    "UPDATE refresh_tokens SET used_at = '2026-01-01 00:00:00.000' WHERE used_at IS NOT NULL",
  );
const listTokens = (client: Client): Promise<Answer> => client.get(`${AUTH}/private_tokens/`);

describe('signing in', () => {
  it.each([`${AUTH}/login/`, `${AUTH}/login`])('at %s answers who it is, with tokens', async (path) => {
    const { status, body, headers } = await anyone.post(path, { username: one.email, password: PASSWORD });
    expect([status, headers.get('cache-control'), headers.get('set-cookie')]).toEqual([
      200,
      'no-store',
      null,
    ]);
    expect(body).toEqual({
      id: one.id,
      email: one.email,
      username: one.email,
      company_id: one.companyId,
      access_token: expect.stringMatching(/^eyJ/),
      token_access: body.access_token,
      refresh_token: expect.stringMatching(/^eudr_ref_[0-9a-f]{48}$/),
      is_verified: true,
      profile: { roles: ['ROLE_ADMIN'] },
    });
  });

  it('gives a token that anyone can verify by the published keys', async () => {
    const { body } = await signIn(app, one.email);
    const jwks = await anyone.get('/.well-known/jwks.json');
    expect([jwks.status, JSON.stringify(jwks.body)]).toEqual([200, expect.not.stringContaining('"d"')]);
    const { payload, protectedHeader } = await jwtVerify(
      body.access_token as string,
      createLocalJWKSet(jwks.body as { keys: [] }),
    );
    expect(payload).toMatchObject({ sub: one.id, company_id: one.companyId, iss: 'http://localhost:3000' });
    expect(protectedHeader.typ).toBe('at+jwt');
  });

  it('answers a wrong password and an unknown user alike', async () => {
    const [wrong, unknown] = [
      await signIn(app, one.email, 'not the password', '192.0.2.1'),
      await signIn(app, 'nobody@acme.example', 'not the password', '192.0.2.1'),
    ];
    expect(codes(wrong)).toEqual([401, 'invalid_credentials']);
    expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
    const names = ({ headers }: Answer): string[] => [...headers.keys()].sort();
    expect(names(unknown)).toEqual(names(wrong));
  });

  it('takes as long for the one as for the other', async () => {
    const failed = (email: (round: number) => string) => (round: number) =>
      signIn(app, email(round), 'not the password', `198.51.100.${round}`);
    const wrong = failed(() => one.email);
    const unknown = failed((round) => `${round}@acme.example`);
    await expectAlikeInTime(ROUNDS, 1.18, wrong, unknown);
  });

  it('is refused for a while after ten failures, with the right password too, and others are not', async () => {
    const victim = await givenAccount(app);
    const from = '203.0.113.7';
    for (let failure = 0; failure < 10; failure += 1)
      expect((await signIn(app, victim.email, 'not the password', from)).status).toBe(401);
    const refused = await signIn(app, victim.email, PASSWORD, from);
    expect(codes(refused)).toEqual([429, 'rate_limit_exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
    expect((await signIn(app, victim.email, PASSWORD, '203.0.113.8')).status).toBe(200);
    expect((await signIn(app, one.email, PASSWORD, from)).status).toBe(200);
  });

  it('checks ten of 1,000 wrong passwords, by whichever door they come, and lets the owner in elsewhere', async () => {
    const victim = await givenAccount(app);
    const from = '203.0.113.9';
    const guess = (password: string): Promise<Answer> => signIn(app, victim.email, password, from);
    const guessByScript = (client_secret: string): Promise<Answer> =>
      anyone.post(
        '/apiops/auth/token',
        { grant_type: 'client_credentials', client_id: victim.email, client_secret },
        { 'x-forwarded-for': from },
      );
    const seen: Record<number, number> = {};
    for (let tried = 0; tried < WRONG; tried += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, n) => `wrong ${tried + n}`);
      const answers = await Promise.all(some.map((word, n) => (n % 2 ? guess(word) : guessByScript(word))));
      for (const { status } of answers) seen[status] = (seen[status] ?? 0) + 1;
    }
    expect(seen).toEqual({ 401: 10, 429: WRONG - 10 });
    expect((await guess(PASSWORD)).status).toBe(429);
    expect((await guessByScript(PASSWORD)).status).toBe(429);
    expect((await signIn(app, victim.email, PASSWORD, '203.0.113.10')).status).toBe(200);
  });

  it('names each field that is missing', async () => {
    const { status, body } = await anyone.post(`${AUTH}/login/`, {});
    expect([status, body.type]).toEqual([400, 'validation_error']);
    const missing = (body.errors as { code: string; attr: string }[]).map(({ code, attr }) => [code, attr]);
    expect(missing).toEqual([
      ['required', 'username'],
      ['required', 'password'],
    ]);
  });

  it('is in the audit log with its end, and so is one that failed: how often, from where', async () => {
    const account = await givenAccount(app);
    for (const password of ['wrong', 'wrong again'])
      await signIn(app, account.email, password, '203.0.113.9');
    await app.nest.get(SignInFailures).flush();
    const { client } = await signedIn(app, account);
    await client.post(`${AUTH}/logout/`);
    const entries = await auditOf(app, account.companyId, { target: account.email });
    expect(entries.map(({ action, actor, details }) => [action, actor.kind, details]).slice(1)).toEqual([
      ['session.sign_in_failed', 'system', { times: 2 }],
      ['session.signed_in', 'user', {}],
      ['session.signed_out', 'user', { acts: { made: [], changed: [], more: 0 } }],
    ]);
    expect(entries[1]).toMatchObject({ address: '203.0.113.9' });
    expect(JSON.stringify(entries)).not.toContain('wrong');
  });

  it('that is ended because its refresh token came twice is in the audit log', async () => {
    const account = await givenAccount(app);
    const { refresh_token } = (await signIn(app, account.email)).body;
    const refresh = (): Promise<Answer> => anyone.post(`${AUTH}/refresh/`, { refresh_token });
    await refresh();
    await usedLongAgo();
    for (let times = 0; times < 3; times += 1) await refresh();
    const ended = await auditOf(app, account.companyId, { action: 'session.ended' });
    expect(ended).toMatchObject([{ details: { reason: 'REFRESH_REUSED' }, address: '127.0.0.1' }]);
  });

  it('leaves nothing secret in the log', async () => {
    const { body } = await signIn(app, one.email);
    await anyone.post(`${AUTH}/refresh/`, { refresh_token: body.refresh_token });
    const log = app.log.join('\n');
    const secrets = [PASSWORD, 'not the password', body.access_token as string, body.refresh_token as string];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });
});

describe('a session', () => {
  it('is refreshed, twice alike within ten seconds, and ends when an old refresh token is shown again', async () => {
    const { client, body } = await signedIn(app, one);
    const refresh = (token: unknown): Promise<Answer> =>
      anyone.post(`${AUTH}/refresh/`, { refresh_token: token });
    const { status, body: next, headers } = await refresh(body.refresh_token);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(next).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_access: next.access_token,
      refresh_token: expect.stringMatching(/^eudr_ref_[0-9a-f]{48}$/),
    });
    expect((await listTokens(new Client(app.url, next.access_token as string))).status).toBe(200);
    const again = await refresh(body.refresh_token);
    expect([again.status, again.body.refresh_token]).toEqual([200, next.refresh_token]);
    await usedLongAgo();
    expectInvalidToken(await refresh(body.refresh_token));
    expectInvalidToken(await refresh(next.refresh_token));
    expectInvalidToken(await listTokens(client));
  });

  it('ends when its owner signs out, and takes no other along', async () => {
    const [here, there] = [await signedIn(app, one), await signedIn(app, one)];
    expect((await here.client.post(`${AUTH}/logout/`)).status).toBe(204);
    expectInvalidToken(await listTokens(here.client));
    expectInvalidToken(await here.client.post(`${AUTH}/logout/`));
    expectInvalidToken(await anyone.post(`${AUTH}/refresh/`, { refresh_token: here.body.refresh_token }));
    expect((await listTokens(there.client)).status).toBe(200);
  });

  it('goes on over a change of password, and all others end', async () => {
    const account = await givenAccount(app);
    const [here, there] = [await signedIn(app, account), await signedIn(app, account)];
    const change = { current_password: PASSWORD, new_password: 'another battery, a better one' };
    const wrong = await here.client.post(`${AUTH}/password/`, { ...change, current_password: 'x' });
    expect(codes(wrong)).toEqual([401, 'invalid_credentials']);
    expect((await here.client.post(`${AUTH}/password/`, change)).status).toBe(204);
    expect((await listTokens(here.client)).status).toBe(200);
    expectInvalidToken(await listTokens(there.client));
    expect((await signIn(app, account.email)).status).toBe(401);
    expect((await signIn(app, account.email, change.new_password)).status).toBe(200);
  });

  it('ends when its owner is disabled', async () => {
    const admin = await givenAccount(app);
    const account = await givenAccount(app, { companyId: admin.companyId, roles: ['ROLE_VIEWER'] });
    const { client } = await signedIn(app, account);
    expect((await listTokens(client)).status).toBe(200);
    const change = { companyId: admin.companyId, userId: account.id, by: auditContextOf(admin) };
    await app.database.transaction((tx) => app.nest.get(MembersService).disable(tx, change));
    expectInvalidToken(await listTokens(client));
  });

  it('is not to be had by a token of an integration', async () => {
    const { token } = await givenErp(app);
    expect((await listTokens(new Client(app.url, token))).status).toBe(401);
    expect((await listTokens(anyone)).status).toBe(401);
  });
});

describe('a private token', () => {
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const create = (client: Client, body: object): Promise<Answer> =>
    client.post(`${AUTH}/private_tokens/`, body);

  it('is shown once, works, and is dead when it is deleted', async () => {
    const { client } = await signedIn(app, one);
    const expiration_time = inDays(366);
    const { status, body } = await create(client, { name: 'nightly', expiration_time });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^prv_/),
        made_by: expect.stringMatching(/^ses_/),
        name: 'nightly',
        expiration_time: expiration_time.replace(/\.\d{3}Z$/, '.000Z'),
        companies: [one.companyId],
        data: expect.stringMatching(/^eyJ/),
      },
    ]);
    const server = new Client(app.url, body.data as string);
    const { data: _, ...listed } = body as Record<string, unknown>;
    expect((await listTokens(server)).body).toEqual({
      count: 1,
      next: null,
      previous: null,
      results: [listed],
    });
    expect((await server.delete(`${AUTH}/private_tokens/${body.id}/`)).status).toBe(204);
    expectInvalidToken(await listTokens(server));
    expect(codes(await client.delete(`${AUTH}/private_tokens/${body.id}/`))).toEqual([404, 'not_found']);
  });

  it('makes no other, changes no password and signs nobody out', async () => {
    const { client } = await signedIn(app, one);
    const { body } = await create(client, { name: 'server', expiration_time: inDays(1) });
    const server = new Client(app.url, body.data as string);
    const change = { current_password: PASSWORD, new_password: 'another battery, a better one' };
    for (const answer of [
      await create(server, { name: 'more', expiration_time: inDays(2) }),
      await server.post(`${AUTH}/password/`, change),
      await server.post(`${AUTH}/logout/`),
    ])
      expect(codes(answer)).toEqual([403, 'sign_in_needed']);
  });

  it.each([0, 366.1])('that would expire %p days ahead is refused', async (days) => {
    const { client } = await signedIn(app, one);
    const { status, body } = await create(client, { name: 'x', expiration_time: inDays(days) });
    expect([status, body.type, body.errors[0].attr]).toEqual([400, 'validation_error', 'expiration_time']);
  });

  it('is deleted by nobody else', async () => {
    const [mine, theirs] = [await signedIn(app, one), await signedIn(app, await givenAccount(app))];
    const { body } = await create(mine.client, { name: 'mine', expiration_time: inDays(1) });
    expect((await theirs.client.delete(`${AUTH}/private_tokens/${body.id}/`)).status).toBe(404);
    expect((await listTokens(new Client(app.url, body.data as string))).status).toBe(200);
  });

  it('has links to other pages that never come from the header Host', async () => {
    const { client } = await signedIn(app, await givenAccount(app));
    for (const name of ['a', 'b', 'c']) await create(client, { name, expiration_time: inDays(1) });
    const { body } = await ask(
      app.url,
      `GET ${AUTH}/private_tokens/?page=2&page_size=1 HTTP/1.1`,
      `Authorization: Bearer ${client.token}`,
      'X-Forwarded-Host: evil.example',
    );
    const { next, previous } = JSON.parse(body) as { next: string; previous: string };
    for (const link of [next, previous]) expect(new URL(link).origin).toBe('http://localhost:3000');
    expect(body).not.toContain('localhost/');
  });

  it('is listed page by page', async () => {
    const { client } = await signedIn(app, await givenAccount(app));
    for (const name of ['a', 'b', 'c']) await create(client, { name, expiration_time: inDays(1) });
    const first = await client.get(`${AUTH}/private_tokens/?ordering=name&page_size=2`);
    const names = ({ body }: Answer): string[] =>
      (body.results as { name: string }[]).map(({ name }) => name);
    expect([first.body.count, names(first), first.body.previous]).toEqual([3, ['a', 'b'], null]);
    const next = new URL(first.body.next as string);
    const second = await client.get(next.pathname + next.search);
    expect([next.origin, names(second), second.body.next]).toEqual(['http://localhost:3000', ['c'], null]);
    const outOfRange = ['page=0', 'page_size=101', 'ordering=hash', 'page=10001'];
    for (const query of [...outOfRange, 'page=x', 'page=1e2', 'page_size=0x10', 'page='])
      expect((await client.get(`${AUTH}/private_tokens/?${query}`)).status).toBe(400);
  });
});
