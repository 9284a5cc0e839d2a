import { SCOPES } from '../../../src/auth/principal/scopes.js';
import type { TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import {
  catalogueOf,
  compileSchema,
  type EventType,
  expectValid,
} from '../../support/webhooks/webhook-checks.js';
import { EVENTS, startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';

let app: TestApp;
let catalogue: Map<string, EventType>;
beforeAll(async () => {
  app = await startHookApp();
  const { client } = await givenErp(app);
  catalogue = new Map((await catalogueOf(new Webhooks(client))).map((type) => [type.name, type]));
});
afterAll(() => app.close());

const typeOf = (name: string): EventType => catalogue.get(name) as EventType;

describe('the catalogue of events', () => {
  it('lists every event once', async () => {
    const { client } = await givenErp(app);
    const { status, body } = await new Webhooks(client).eventTypes();
    expect(status).toBe(200);
    expect(Object.keys(body as object)).toEqual(['eventTypes']);
    const names = (body.eventTypes as EventType[]).map(({ name }) => name);
    expect(names.sort()).toEqual(EVENTS.toSorted());
  });

  it('is the same for a token that may read no record', async () => {
    const { client } = await givenErp(app, { scopes: ['integration:webhooks:manage'] });
    const names = (await catalogueOf(new Webhooks(client))).map(({ name }) => name);
    expect(names.sort()).toEqual(EVENTS.toSorted());
  });
});

describe.each(EVENTS)('the entry of %s', (name) => {
  it('says what the event is and which scope it needs', () => {
    const { description, scope } = typeOf(name);
    expect(description).toMatch(/\w+ \w+/);
    if (name === 'credential.revoked') expect(scope).toBeUndefined();
    else expect(SCOPES.filter((known) => known.endsWith(':read'))).toContain(scope);
  });

  it('has an example of a whole body, which its schema accepts', () => {
    const { schema, example } = typeOf(name);
    expect(example).toMatchObject({ event: name, integrationId: expect.stringMatching(/^int_/) });
    expectValid(compileSchema(schema), example);
  });

  it('has a schema that refuses a body that lacks a part or bears another name', () => {
    const { schema, example } = typeOf(name);
    const validate = compileSchema(schema);
    for (const part of ['event', 'timestamp', 'integrationId', 'data']) {
      const { [part]: _, ...rest } = example;
      expect([part, validate(rest)]).toEqual([part, false]);
    }
    expect(validate({ ...example, event: 'supplier.eaten' })).toBe(false);
    expect(validate({ ...example, data: {} })).toBe(false);
    expect(validate({ ...example, timestamp: 'yesterday' })).toBe(false);
  });
});
