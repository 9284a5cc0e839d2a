import type { TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, type Row } from '../../support/app/factories.js';
import { expectRefused, TIME } from '../../support/webhooks/webhook-checks.js';
import { startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';

const URL_OF_ERP = 'https://93.184.216.34/hooks';
/** More would be a mistake of the caller's. */
const MAX_ENDPOINTS = 100;

let app: TestApp;
let erp: Erp;
let hooks: Webhooks;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
  hooks = new Webhooks(erp.client);
});

const create = (more: Row = {}): Promise<Answer> =>
  hooks.create({ url: URL_OF_ERP, events: ['supplier.created'], ...more });

async function givenId(more: Row = {}): Promise<string> {
  const { status, body } = await create(more);
  expect(status).toBe(201);
  return body.id;
}

describe('making an endpoint', () => {
  it('answers 201 with the endpoint and its secret', async () => {
    const { status, body } = await create({ events: ['supplier.created', 'dds.approved'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^wh_[0-9a-z]{26}$/),
      url: URL_OF_ERP,
      events: ['supplier.created', 'dds.approved'],
      active: true,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/),
      createdAt: TIME,
    });
  });

  it('gives each a secret of its own, of 24 random bytes or more', async () => {
    const secrets = [(await create()).body.secret, (await create()).body.secret] as string[];
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) {
      expect(Buffer.from(secret.slice('whsec_'.length), 'base64').length).toBeGreaterThanOrEqual(24);
    }
  });

  it('takes "*" for all events', async () => {
    expect((await create({ events: ['*'] })).status).toBe(201);
  });

  it(`stops at ${MAX_ENDPOINTS} for an integration, until one is removed`, async () => {
    const ids = await Promise.all(Array.from({ length: MAX_ENDPOINTS }, () => givenId()));
    expectError(await create(), 409, 'LIMIT_REACHED');
    await hooks.remove(ids[0] as string);
    await givenId();
    const neighbour = await givenErp(app, { companyId: erp.companyId });
    const theirs = await new Webhooks(neighbour.client).create({ url: URL_OF_ERP, events: ['*'] });
    expect(theirs.status).toBe(201);
  });

  it('lets no more than that through when many come at once', async () => {
    await Promise.all(Array.from({ length: MAX_ENDPOINTS - 5 }, () => givenId()));
    const answers = await Promise.all(Array.from({ length: 10 }, () => create()));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(5).fill(201),
      ...Array<number>(5).fill(409),
    ]);
  });
});

describe('reading endpoints', () => {
  it('shows one with how its deliveries go, and never its secret', async () => {
    const id = await givenId({ description: 'Goods inwards' });
    const { status, body } = await hooks.get(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      url: URL_OF_ERP,
      events: ['supplier.created'],
      description: 'Goods inwards',
      active: true,
      createdAt: TIME,
      failureCount: 0,
      lastDeliveredAt: null,
      disabledAt: null,
      disabledReason: null,
    });
    expect(JSON.stringify(body)).not.toContain('whsec_');
    expect(body).not.toHaveProperty('secret');
  });

  it('lists those of the integration, never with secrets', async () => {
    const ids = [await givenId(), await givenId()];
    const neighbour = await givenErp(app, { companyId: erp.companyId });
    await new Webhooks(neighbour.client).create({ url: URL_OF_ERP, events: ['*'] });
    const list = await hooks.list();
    expect(list.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(list[0]).toEqual((await hooks.get(list[0]?.['id'] as string)).body);
    expect(JSON.stringify(list)).not.toContain('whsec_');
  });

  it('shows all of the integration to each of its tokens that may manage webhooks', async () => {
    const id = await givenId();
    const colleague = await givenErp(app, { integrationId: erp.integrationId, companyId: erp.companyId });
    expect((await new Webhooks(colleague.client).get(id)).status).toBe(200);
  });
});

describe('changing an endpoint', () => {
  it.each([
    ['url', 'https://93.184.216.34/other'],
    ['events', ['batch.deleted', 'sync.failed']],
    ['description', 'Moved'],
    ['active', false],
  ])('changes %s and nothing else', async (field, value) => {
    const id = await givenId({ description: 'First' });
    const before = (await hooks.get(id)).body;
    const answer = await hooks.change(id, { [field]: value });
    expect(answer.status).toBe(200);
    expect(answer.body[field]).toEqual(value);
    const after = (await hooks.get(id)).body;
    const fields = Object.keys(before).filter(
      (name) => !['updatedAt', 'disabledAt', 'urlChangedBy'].includes(name),
    );
    const changed = fields.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
    expect(changed.filter((name) => name !== 'disabledReason')).toEqual([field]);
    expect(after).not.toHaveProperty('secret');
  });

  it.each(['id', 'secret', 'failureCount', 'integrationId'])('refuses to change %s', async (field) => {
    const id = await givenId();
    expectRefused(await hooks.change(id, { [field]: 'x' }), field);
  });

  it.each([
    ['active', 'yes'],
    ['events', []],
    ['events', ['supplier.eaten']],
    ['url', 'ftp://erp.example/hooks'],
  ])('refuses a wrong %s as making one does, and leaves the endpoint as it was', async (field, value) => {
    const id = await givenId();
    const before = (await hooks.get(id)).body;
    expectRefused(await hooks.change(id, { [field]: value }), field);
    expect((await hooks.get(id)).body).toEqual(before);
  });
});

describe('removing an endpoint', () => {
  it('answers 204, and there is no such endpoint any more', async () => {
    const [kept, gone] = [await givenId(), await givenId()];
    const { status, body } = await hooks.remove(gone);
    expect([status, body]).toEqual([204, '']);
    expectError(await hooks.get(gone), 404, 'NOT_FOUND');
    expectError(await hooks.remove(gone), 404, 'NOT_FOUND');
    expect((await hooks.list()).map(({ id }) => id)).toEqual([kept]);
  });
});

describe('an endpoint that is not there', () => {
  const calls: [string, (hooks: Webhooks, id: string) => Promise<Answer>][] = [
    ['GET', (mine, id) => mine.get(id)],
    ['PATCH', (mine, id) => mine.change(id, { active: false })],
    ['DELETE', (mine, id) => mine.remove(id)],
    ['test', (mine, id) => mine.test(id)],
    ['rotate-secret', (mine, id) => mine.rotate(id)],
    ['deliveries', (mine, id) => mine.deliveries(id)],
    ['redeliver', (mine, id) => mine.redeliver(id, 'del_01k00000000000000000000000')],
    ['replay', (mine, id) => mine.replay(id, { since: '2026-01-01T00:00:00Z' })],
  ];

  it.each(calls)(
    'answers 404 to %s: unknown, of another integration, of another company',
    async (_, call) => {
      const id = await givenId();
      const neighbour = await givenErp(app, { companyId: erp.companyId });
      const stranger = await givenErp(app);
      expectError(await call(hooks, 'wh_01k00000000000000000000000'), 404, 'NOT_FOUND');
      expectError(await call(hooks, id.toUpperCase()), 404, 'NOT_FOUND');
      expectError(await call(new Webhooks(neighbour.client), id), 404, 'NOT_FOUND');
      expectError(await call(new Webhooks(stranger.client), id), 404, 'NOT_FOUND');
      expect((await hooks.get(id)).body.active).toBe(true);
    },
  );
});

describe('what is not valid', () => {
  it.each([
    ['no list', undefined, /events/],
    ['an empty list', [], /events/],
    ['a text', 'supplier.created', /events/],
    ['an unknown name', ['supplier.created', 'supplier.eaten'], /supplier\.eaten/],
    ['another case', ['Supplier.Created'], /Supplier\.Created/],
    ['a name with a wildcard', ['supplier.*'], /supplier\.\*/],
    ['the ping of a test', ['ping'], /ping/],
    [
      'a name twice',
      ['supplier.created', 'product.created', 'supplier.created'],
      /supplier\.created|twice|unique|duplicate/i,
    ],
    ['a number', [7], /events/],
    ['null', [null], /events/],
  ])('events: %s is refused and named', async (_, events, says) => {
    expectRefused(await create({ events }), 'events', says);
  });

  it.each([
    ['a number', 7],
    ['a text longer than any description', 'x'.repeat(10_000)],
  ])('description: %s is refused', async (_, description) => {
    expectRefused(await create({ description }), 'description');
  });

  it('names a field that is not known', async () => {
    expectRefused(await create({ secret: 'whsec_mine' }), 'secret', /secret/);
  });

  it.each([['[]'], ['null'], ['"x"'], ['7'], ['']])('body: %s is refused', async (body) => {
    expectError(await erp.client.post('/webhook-events', body), 400, 'VALIDATION_ERROR');
  });

  it('has left no endpoint behind', async () => {
    await create({ events: [] });
    expect(await hooks.list()).toEqual([]);
  });
});
