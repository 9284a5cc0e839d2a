import { hashToken } from '../../../src/auth/credentials/token-format.js';
import { LeaksService } from '../../../src/credentials/leaks/leaks.service.js';
import { ENGINE } from '../../../src/platform/config/engine.js';
import { rowPlaceholders } from '../../../src/platform/database/dialect.js';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { expectError, expectManagementError } from '../../support/http/expect-error.js';
import { givenErp } from '../../support/app/factories.js';
import { givenPerson } from '../../support/people/members.js';
import { givenAccount, signedIn } from '../../support/people/accounts.js';
import { nextAddress } from '../../support/people/people.js';
import { until } from '../../support/processes/processes.js';
import { Webhooks } from '../../support/webhooks/webhooks.js';
import { auditOf } from '../../support/app/audit.js';
import { sized } from '../../support/waiting/measured.js';

const MANY = sized(1_000, 10_000);
const LEAKED = '/apiops/tokens/leaked/';
const MANY_FROM = '192.0.2.1';
const ONE_FROM = '192.0.2.9';
const UNKNOWN = `eudr_live_${'f'.repeat(48)}`;

let app: TestApp;
let stranger: Client;
beforeAll(async () => {
  app = await startApp({ TRUST_PROXY: '127.0.0.1' });
  stranger = new Client(app.url);
});
afterAll(() => app.close());

/** From an address that has not reported yet. */
const reportLeak = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  stranger.post(LEAKED, body, { 'x-forwarded-for': nextAddress(), ...headers });

const statusOf = async (client: Client, path: string): Promise<number> => (await client.get(path)).status;

describe('a leak report from anyone', () => {
  it('is accepted alike for known, unknown and malformed tokens; the known ones are soon dead, of any kind', async () => {
    const [erp, person] = [await givenErp(app), await givenPerson(app)];
    const { client: account } = await signedIn(app, await givenAccount(app));
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const made = await account.post('/api/v1/auth/private_tokens/', { name: 'A', expiration_time: inAnHour });
    const jwt = new Client(app.url, made.body.data);
    expect(await statusOf(jwt, '/apiops/projects')).toBe(200);
    const tokens = [erp.token, person.token, made.body.data];
    const known = await reportLeak({ tokens });
    const unknown = await reportLeak({ tokens: [UNKNOWN, 'no token', ''] });
    expect([known.status, known.body]).toEqual([202, { success: true }]);
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    await until(async () => (await statusOf(erp.client, '/auth/test')) === 401);
    expectError(await erp.client.get('/auth/test'), 401, 'TOKEN_REVOKED');
    await until(async () => (await statusOf(person.client, '/apiops/tokens/')) === 401);
    await until(async () => (await statusOf(jwt, '/apiops/projects')) === 401);
  });

  it('finds them in any text, and JWTs with other unused bits', async () => {
    const [erp, person] = [await givenErp(app), await givenPerson(app)];
    const { client, body } = await signedIn(app, await givenAccount(app));
    const jwt = body.access_token as string;
    const last = { A: 'B', Q: 'R', g: 'h', w: 'x' }[jwt.slice(-1)] as string;
    const changed = new Client(app.url, jwt.slice(0, -1) + last);
    expect(await statusOf(changed, '/apiops/projects')).toBe(200);
    const log = `{"Authorization":"Bearer ${erp.token}"}\n${person.token}\t`;
    const known = await reportLeak({ tokens: [log, ` ${changed.token}\r\n`] });
    expect(known.status).toBe(202);
    await until(async () => (await statusOf(erp.client, '/auth/test')) === 401);
    await until(async () => (await statusOf(person.client, '/apiops/tokens/')) === 401);
    await until(async () => (await statusOf(client, '/apiops/projects')) === 401);
  });

  it.each(['access_token', 'refresh_token'])('ends the session of an %s', async (kind) => {
    const account = await givenAccount(app);
    const { client, body } = await signedIn(app, account);
    await reportLeak({ tokens: [body[kind]] });
    await until(async () => (await statusOf(client, '/apiops/projects')) === 401);
    const refreshed = await stranger.post('/api/v1/auth/refresh/', { refresh_token: body.refresh_token });
    expect(refreshed.status).toBe(401);
    const ended = await auditOf(app, account.companyId, { action: 'session.ended' });
    expect(ended).toMatchObject([{ actor: { name: 'leak report' }, details: { reason: 'LEAKED' } }]);
  });

  it('disables the webhooks that the credential made, of whatever kind it is', async () => {
    const [person, colleague] = [await givenPerson(app), await givenPerson(app)];
    const [its, theirs] = [person, colleague].map(
      ({ client, erp }) => new Webhooks(client, `/api/integrations/${erp.integrationId}/webhooks`),
    ) as [Webhooks, Webhooks];
    const input = { url: 'https://93.184.216.34/', events: ['*'] };
    const [{ body: made }, { body: other }] = [await its.create(input), await theirs.create(input)];
    await reportLeak({ tokens: [person.token] });
    const itsOwn = new Webhooks(person.erp.client);
    await until(async () => !(await itsOwn.get(made.id)).body.active);
    expect((await itsOwn.get(made.id)).body.disabledReason).toMatch(/leaked credential/);
    expect((await theirs.get(other.id)).body.active).toBe(true);
  });

  it('keeps hashes only, and those no longer than until they were looked up', async () => {
    await reportLeak({ tokens: [UNKNOWN] });
    await until(async () => {
      const rows = await app.database.select<object>('SELECT * FROM leak_reports');
      expect(JSON.stringify(rows)).not.toContain(UNKNOWN);
      return rows.length === 0;
    });
    expect(app.log.join('')).not.toContain(UNKNOWN);
  });

  it.each([
    ['more than 100 tokens', { tokens: Array<string>(101).fill(UNKNOWN) }],
    ['no tokens', { tokens: [] }],
    ['something that is no text', { tokens: [1] }],
  ])('is refused with %s', async (_, body) => {
    expect((await reportLeak(body)).body).toMatchObject({ error: 'validation_failed' });
  });
});

it('a report of 100 texts of 4 kB is taken from anyone, and of 10,000 JWTs from an operator', async () => {
  const texts = Array<string>(100).fill('x'.repeat(4096));
  expect((await reportLeak({ tokens: texts })).status).toBe(202);
  const { client } = await givenPerson(app);
  const jwts = Array<string>(10_000).fill(`eyJ${'x'.repeat(480)}`);
  expect((await client.post(LEAKED, { tokens: jwts })).status).toBe(200);
});

it('nobody without a credential makes the server read a large body', async () => {
  const large = JSON.stringify({ tokens: [UNKNOWN], padding: 'x'.repeat(512 * 1024) });
  expectManagementError(await reportLeak(large, { 'content-type': 'application/json' }), 413, 'bad_request');
});

describe('a leak report with a personal token', () => {
  it(`tells the outcome of each of ${MANY} tokens`, async () => {
    const { client } = await givenPerson(app);
    const erp = await givenErp(app);
    const tokens = Array.from({ length: MANY - 2 }, (_, n) => `eudr_live_${String(n).padStart(48, '0')}`);
    const { status, body } = await client.post(LEAKED, { tokens: [erp.token, ...tokens, erp.token] });
    const outcomes = body.resultList.map(({ outcome }: { outcome: string }) => outcome);
    expect([status, outcomes.length]).toEqual([200, MANY]);
    expect([outcomes[0], outcomes[1], outcomes[MANY - 1]]).toEqual(['revoked', 'unknown', 'revoked']);
    const again = await client.post(LEAKED, { tokens: [erp.token] });
    expect(again.body.resultList).toEqual([{ index: 0, outcome: 'already_revoked' }]);
    expectError(await erp.client.get('/auth/test'), 401, 'TOKEN_REVOKED');
  });

  it('that does not hold is refused, not taken for a report from anyone', async () => {
    const wrong = new Client(app.url, `eudr_pat_${'0'.repeat(48)}`);
    expectManagementError(await wrong.post(LEAKED, { tokens: [UNKNOWN] }), 401, 'invalid_token');
  });
});

it('a company may report ten times a minute, whoever of its people reports, and no other company waits for it', async () => {
  const person = await givenPerson(app);
  const colleague = await givenPerson(app, { erp: person.erp });
  const statuses: number[] = [];
  for (let call = 0; call < 10; call += 1) {
    const { client } = call % 2 === 0 ? person : colleague;
    statuses.push((await client.post(LEAKED, { tokens: [UNKNOWN] })).status);
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
  const refused = await colleague.client.post(LEAKED, { tokens: [UNKNOWN] });
  expectManagementError(refused, 429, 'rate_limit_exceeded');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await givenPerson(app);
  expect((await other.client.post(LEAKED, { tokens: [UNKNOWN] })).status).toBe(200);
});

it('of several reports of a company at once, two are taken and the others come back later', async () => {
  const { client } = await givenPerson(app);
  const tokens = Array.from({ length: MANY }, (_, n) => `eudr_live_${String(n).padStart(48, 'a')}`);
  const answers = await Promise.all(Array.from({ length: 4 }, () => client.post(LEAKED, { tokens })));
  const statuses = answers.map(({ status }) => status).sort();
  // The embedded engine lets a company's writes in one after the other.
  expect(statuses).toEqual(ENGINE === 'embedded' ? [200, 200, 200, 200] : [200, 200, 429, 429]);
});

it('reports of one address keep those of no other waiting', async () => {
  const erp = await givenErp(app);
  const leaks = app.nest.get(LeaksService);
  const many = Array.from({ length: 1_000 }, (_, n) => `eudr_live_${String(n).padStart(48, 'b')}`);
  const [earlier, later] = [60_000, 0].map((ms) => toSqlInstant(new Date(Date.now() - ms)));
  const rows = [...many.map((raw) => [raw, MANY_FROM, earlier]), [erp.token, ONE_FROM, later]];
  const waiting = async (address: string): Promise<number> =>
    (await app.database.select('SELECT hash FROM leak_reports WHERE address = ?', [address])).length;
  await app.database.write(
    `INSERT INTO leak_reports (hash, address, reported_at) VALUES ${rowPlaceholders(rows.length, 3)}`,
    rows.flatMap(([raw, address, at]) => [hashToken(raw as string), address as string, at as string]),
  );
  while ((await waiting(ONE_FROM)) > 0) await leaks.step();
  expect(await waiting(MANY_FROM)).toBeGreaterThan(0);
  expectError(await erp.client.get('/auth/test'), 401, 'TOKEN_REVOKED');
});

it('an address may report ten times a minute without a credential', async () => {
  const limited = await startApp();
  const client = new Client(limited.url);
  const statuses: number[] = [];
  for (let call = 0; call < 10; call += 1)
    statuses.push((await client.post(LEAKED, { tokens: [UNKNOWN] })).status);
  expect(new Set(statuses)).toEqual(new Set([202]));
  const refused = await client.post(LEAKED, { tokens: [UNKNOWN] });
  expectManagementError(refused, 429, 'rate_limit_exceeded');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await limited.close();
});

it('a report too many is refused before its body is read', async () => {
  const from = { 'x-forwarded-for': nextAddress() };
  const malformed = (): Promise<Answer> => reportLeak('{', { 'content-type': 'application/json', ...from });
  for (let call = 0; call < 10; call += 1) expect((await malformed()).status).toBe(400);
  expectManagementError(await malformed(), 429, 'rate_limit_exceeded');
});
