import { SCOPES } from '../../../src/auth/principal/scopes.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Answer, Client } from '../../support/http/client.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import { givenErp } from '../../support/app/factories.js';
import { givenPerson, type Person } from '../../support/people/members.js';

const BASE = '/api/integrations';

let app: TestApp;
let admin: Person;
let tokens: string;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  admin = await givenPerson(app);
  tokens = `${BASE}/${admin.erp.integrationId}/tokens`;
});

const test = (token: string): Promise<Answer> => new Client(app.url, token).get('/auth/test');
const input = { name: 'nightly', scopes: ['integration:suppliers:read'] };

describe('the integrations of one’s company', () => {
  it('are created, listed, changed and removed', async () => {
    const created = await admin.client.post(BASE, { name: 'Oracle', type: 'ORACLE' });
    expect(created.status).toBe(201);
    const path = `${BASE}/${created.body.id}`;
    const changed = await admin.client.put(path, { name: 'Oracle 2', type: 'ORACLE', syncMethod: 'PULL' });
    expect(changed.body).toMatchObject({ id: created.body.id, name: 'Oracle 2', syncMethod: 'PULL' });
    const { body } = await admin.client.get(BASE);
    expect([body.total, body.data[1]]).toEqual([2, changed.body]);
    expect((await admin.client.delete(path)).status).toBe(204);
    expectError(await admin.client.get(path), 404, 'NOT_FOUND');
  });

  it('are those of another company of theirs where the header names it, and of nobody else’s', async () => {
    const foreign = await givenErp(app);
    expectError(await admin.client.get(BASE, { 'x-company': foreign.slug }), 404, 'NOT_FOUND');
    expectError(await admin.client.get(`${BASE}/${foreign.integrationId}`), 404, 'NOT_FOUND');
    expect((await admin.client.get(BASE, { 'x-company': admin.companyId })).body.total).toBe(1);
  });

  it('cannot take a name twice', async () => {
    await admin.client.post(BASE, { name: 'Twin', type: 'SAP' });
    expectError(await admin.client.post(BASE, { name: 'Twin', type: 'SAP' }), 409, 'DUPLICATE_NAME');
  });

  it('are not renamed to what ends in a space, nor made a plugin', async () => {
    const { id } = (await admin.client.post(BASE, { name: 'Twin', type: 'SAP' })).body as { id: string };
    expectInvalid(await admin.client.put(`${BASE}/${id}`, { name: 'Twin ', type: 'SAP' }), 'name');
    expectInvalid(await admin.client.put(`${BASE}/${id}`, { name: 'Twin', type: 'PLUGIN' }), 'type');
  });

  it('tell which scopes a token can have', async () => {
    expect((await admin.client.get(`${BASE}/available-scopes`)).body).toEqual({ scopes: SCOPES });
  });

  it.each(['id', 'companyId', 'status'])('are not created with %s of the caller’s choice', async (field) => {
    expectInvalid(await admin.client.post(BASE, { name: 'A', type: 'SAP', [field]: 'x' }), field);
  });
});

describe('a token', () => {
  it('is shown once, with what it may do', async () => {
    const { status, body } = await admin.client.post(tokens, { ...input, expiresInDays: 1 });
    expect([status, body]).toEqual([
      201,
      {
        token: expect.stringMatching(/^eudr_live_/),
        id: expect.stringMatching(/^tok_/),
        name: 'nightly',
        tokenPrefix: body.token.slice(0, 18),
        scopes: input.scopes,
        expiresAt: expect.any(String),
        message: expect.any(String),
      },
    ]);
    expect((await test(body.token)).status).toBe(200);
  });

  it('is made once for an Idempotency-Key, and the answer is not for caches', async () => {
    const key = { 'idempotency-key': 'a token, once' };
    const first = await admin.client.post(tokens, input, key);
    const again = await admin.client.post(tokens, input, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect((await admin.client.get(tokens)).body.total).toBe(2);
    expectError(
      await admin.client.post(tokens, { ...input, name: 'other' }, key),
      422,
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('that is rotated lives on for the grace period, and the new one does the same', async () => {
    const { body: old } = await admin.client.post(tokens, { ...input, expiresInDays: 30 });
    const { status, body } = await admin.client.post(`${tokens}/${old.id}/rotate`, { graceSeconds: 3600 });
    expect([status, body.scopes, body.name]).toEqual([201, input.scopes, 'nightly']);
    expect(Date.parse(body.expiresAt)).toBeGreaterThanOrEqual(Date.parse(old.expiresAt));
    expect([(await test(old.token)).status, (await test(body.token)).status]).toEqual([200, 200]);
    const { data } = (await admin.client.get(tokens)).body;
    const { expiresAt } = data.find(({ id }: { id: string }) => id === old.id);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

  it('that is rotated without grace works no more', async () => {
    const { body: old } = await admin.client.post(tokens, input);
    const { body } = await admin.client.post(`${tokens}/${old.id}/rotate`, { graceSeconds: 0 });
    expectError(await test(old.token), 401, 'TOKEN_REVOKED');
    expect((await test(body.token)).status).toBe(200);
    expectError(await admin.client.post(`${tokens}/${old.id}/rotate`), 409, 'CONFLICT');
  });

  it('is rotated without grace once, however many ask at once, and not any more once it is revoked', async () => {
    const { body: old } = await admin.client.post(tokens, input);
    const rotate = (): Promise<Answer> =>
      admin.client.post(`${tokens}/${old.id}/rotate`, { graceSeconds: 0 });
    const answers = await Promise.all(Array.from({ length: 8 }, rotate));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
    const { body: next } = await admin.client.post(tokens, { ...input, name: 'next' });
    const revoked = admin.client.send('PATCH', `${tokens}/${next.id}/revoke`);
    const rotations = Array.from({ length: 4 }, () =>
      admin.client.post(`${tokens}/${next.id}/rotate`, { graceSeconds: 3600 }),
    );
    await Promise.all([revoked, ...rotations]);
    expectError(await admin.client.post(`${tokens}/${next.id}/rotate`), 409, 'CONFLICT');
    expectError(await test(next.token), 401, 'TOKEN_REVOKED');
  });

  it('never outlives its own expiry by a rotation', async () => {
    const { body: old } = await admin.client.post(tokens, { ...input, expiresInDays: 1 });
    await admin.client.post(`${tokens}/${old.id}/rotate`, { graceSeconds: 7 * 24 * 3600 });
    const { data } = (await admin.client.get(tokens)).body;
    expect(data.find(({ id }: { id: string }) => id === old.id).expiresAt).toBe(old.expiresAt);
  });

  it('is forgotten only once it is revoked', async () => {
    const { body } = await admin.client.post(tokens, input);
    expectError(await admin.client.delete(`${tokens}/${body.id}`), 409, 'CONFLICT');
    expect((await admin.client.send('PATCH', `${tokens}/${body.id}/revoke`)).status).toBe(200);
    expectError(await test(body.token), 401, 'TOKEN_REVOKED');
    expect((await admin.client.delete(`${tokens}/${body.id}`)).status).toBe(204);
    expectError(await test(body.token), 401, 'INVALID_TOKEN');
    expectError(await admin.client.delete(`${tokens}/${body.id}`), 404, 'NOT_FOUND');
  });

  it.each([
    [{ graceSeconds: -1 }, 'graceSeconds'],
    [{ graceSeconds: 604_801 }, 'graceSeconds'],
    [{ scopes: ['integration:suppliers:write'] }, 'scopes'],
  ])('is not rotated with %j', async (body, path) => {
    expectInvalid(await admin.client.post(`${tokens}/${admin.erp.tokenId}/rotate`, body), path);
  });
});
