import type { TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import { expectRefused } from '../../support/webhooks/webhook-checks.js';
import { startHookApp, Webhooks } from '../../support/webhooks/webhooks.js';

const WANTED = { url: 'http://127.0.0.1:40009/hooks', events: ['supplier.created'] };

let app: TestApp;
let hooks: Webhooks;
beforeAll(async () => {
  app = await startHookApp();
  hooks = new Webhooks((await givenErp(app)).client);
});
afterAll(() => app.close());

async function givenDescribed(description: string): Promise<string> {
  const { status, body } = await hooks.create({ ...WANTED, description });
  expect([status, body.description]).toEqual([201, description]);
  return body.id as string;
}

describe.each<[string, unknown]>([
  ['with U+0000', 'Goods\u0000inwards'],
  ['with half a surrogate pair', 'Goods \ud83d inwards'],
  ['of more than 500 characters', 'x'.repeat(501)],
  ['that is no text', 7],
])('a description %s', (_, description) => {
  it('is refused at creation, and nothing is made', async () => {
    const before = (await hooks.list()).length;
    expectRefused(await hooks.create({ ...WANTED, description }), 'description');
    expect(await hooks.list()).toHaveLength(before);
  });

  it('is refused as a change, and the one before stays', async () => {
    const id = await givenDescribed('as it was');
    expectRefused(await hooks.change(id, { description }), 'description');
    expect((await hooks.get(id)).body.description).toBe('as it was');
  });
});

it.each(['', ' outer space ', '☕ über\n\t"quoted" \\ \u{1f600}', '0'.repeat(500)])(
  'the description %j is kept exactly',
  async (description) => {
    const id = await givenDescribed(description);
    expect((await hooks.get(id)).body.description).toBe(description);
  },
);

it.each([
  ['U+0000', 'http://127.0.0.1:40009/ho\u0000oks'],
  ['half a surrogate pair', 'http://127.0.0.1:40009/ho\ud83doks'],
])('a url with %s is refused', async (_, url) => {
  expectRefused(await hooks.create({ ...WANTED, url }), 'url');
});

it.each([['supplier.created\u0000'], ['\ud83d']])('an event named %j is refused', async (name) => {
  expectRefused(await hooks.create({ ...WANTED, events: [name] }), 'events');
});
