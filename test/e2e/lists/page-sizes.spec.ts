import { newId } from '../../../src/platform/ids/ids.js';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { givenErp, type Row } from '../../support/app/factories.js';
import { insertRows } from '../../support/paging/rows.js';
import { givenPerson } from '../../support/people/members.js';

const KB = 1024;
const MB = 1024 * KB;
const ROWS = 100;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
});
afterAll(() => app.close());

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
/** The longest text of so many characters. */
const longest = (characters: number): string => '🫘'.repeat(characters);
const numbers = (howMany: number): number[] => Array.from({ length: howMany }, (_, n) => n);
const now = toSqlInstant(new Date());

it('a page of changes holds at most two bulk calls, and 1.25 MB', async () => {
  const { client } = await givenErp(app);
  for (const [letter, rows] of [
    ['A', 498],
    ['B', 500],
    ['C', 500],
  ] as const) {
    const suppliers = numbers(rows).map((n) => ({
      externalId: `${longest(250)}${letter}${n}`,
      name: 'Fazenda',
    }));
    expect((await client.post('/suppliers', { suppliers })).body.created).toBe(rows);
  }
  const { body } = await client.get('/changes');
  expect([body.changes.length, body.hasMore]).toEqual([998, true]);
  expect(bytesOf(body)).toBeGreaterThan(MB);
  expect(bytesOf(body)).toBeLessThan(1.25 * MB);
});

it('a replay of the longest answer to a bulk call is what the call answered, and below 2.25 MB', async () => {
  const { client } = await givenErp(app);
  const unknown = Object.fromEntries(numbers(30).map((n) => [`${'"'.repeat(300)}${n}`, 1]));
  const refused: Row[] = numbers(499).map((n) => ({ ...unknown, externalId: `${longest(250)}${n}` }));
  const suppliers = [{ externalId: 'GOOD', name: 'Fazenda' }, ...refused];
  const key = { 'idempotency-key': 'the longest' };
  const first = await client.post('/suppliers', { suppliers }, key);
  const again = await client.post('/suppliers', { suppliers }, key);
  expect([first.body.created, first.body.errors.length]).toEqual([1, 499]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect(bytesOf(again.body)).toBeLessThan(2.25 * MB);
});

it('a page of the audit log of the longest entries stays below 1.25 MB', async () => {
  const { client, companyId, slug } = await givenPerson(app);
  const thing = { kind: 'personal_token', id: newId('pat'), name: longest(80) };
  const acts = { made: numbers(10).map(() => thing), changed: numbers(10).map(() => thing), more: 1_000 };
  const details = JSON.stringify({
    credential: newId('pat'),
    prefix: 'eudr_pat_0123456789',
    leaked: '',
    acts,
  });
  await insertRows(
    app,
    'audit_entries',
    numbers(ROWS).map((n) => ({
      ...{ company_id: companyId, sequence: 1_000 + n, id: newId('aud'), at: now, actor_kind: 'user' },
      ...{ actor_id: newId('usr'), actor_name: longest(255), action: 'personal_token.revoked' },
      ...{ target_kind: 'personal_token', target_id: newId('pat'), target_name: longest(255) },
      ...{ details, pepper: 'test', mac: '0'.repeat(64) },
    })),
  );
  const { body } = await client.get(`/apiops/projects/${slug}/audit/?size=${ROWS}`);
  expect(body.resultList).toHaveLength(ROWS);
  expect(bytesOf(body)).toBeGreaterThan(0.9 * MB);
  expect(bytesOf(body)).toBeLessThan(1.25 * MB);
});

it('a page of usage stays below 64 kB', async () => {
  const { client, companyId, slug } = await givenPerson(app);
  const counts = { requests: 2 ** 31 - 1, errors: 2 ** 31 - 1, last_used_at: now };
  await insertRows(
    app,
    'usage_days',
    numbers(ROWS).map(() => ({
      ...{ company_id: companyId, day: now.slice(0, 10), credential_id: newId('pat') },
      ...counts,
    })),
  );
  const { body } = await client.get(`/apiops/projects/${slug}/usage/?size=${ROWS}`);
  expect(body.resultList).toHaveLength(ROWS);
  expect(bytesOf(body)).toBeLessThan(64 * KB);
});

it('a page of the attempts of one delivery stays below 640 kB', async () => {
  const { client, companyId, integrationId, tokenId } = await givenErp(app);
  const [webhookId, setId] = [newId('wh'), newId('evt')];
  await insertRows(app, 'webhooks', [
    {
      ...{ id: webhookId, company_id: companyId, integration_id: integrationId, credential_id: tokenId },
      ...{ url: 'https://erp.example/', events: '["*"]', active: 0, secret: 'sealed', failure_count: 0 },
      ...{ created_at: now, updated_at: now },
    },
  ]);
  const delivery = { webhook_id: webhookId, set_id: setId, position: 0 };
  const state = { event: 'supplier.created', status: 'FAILED', due_at: now, tries: 1, created_at: now };
  await insertRows(app, 'webhook_deliveries', [{ ...delivery, ...state }]);
  const answered = { at: now, status_code: 500, duration_ms: 10_000, answer: '\ufffd'.repeat(1_024) };
  const attempts = numbers(ROWS).map(() => ({
    id: newId('att'),
    ...delivery,
    ...answered,
    error: longest(500),
  }));
  await insertRows(app, 'webhook_attempts', attempts);
  const path = `/webhook-events/${webhookId}/deliveries/${setId}_0/attempts?limit=${ROWS}`;
  const { body } = await client.get(path);
  expect(body.attempts).toHaveLength(ROWS);
  expect(bytesOf(body)).toBeLessThan(640 * KB);
});
