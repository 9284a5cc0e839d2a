import { command } from '../../support/app/commands.js';
import type { TestApp } from '../../support/app/app.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import { type Erp, givenErp, revokeToken, type Row, supplier } from '../../support/app/factories.js';
import { checkAndCloseEndpoints } from '../../support/webhooks/webhook-checks.js';
import { type Endpoint, eventOf, givenEndpoint, startHookApp } from '../../support/webhooks/webhooks.js';

let app: TestApp;
/** The one whose token is revoked, and another token of the same integration. */
let erp: Erp;
let sibling: Erp;
let made: [Endpoint, Endpoint];
/** Made by the sibling, told of revocations. */
let witness: Endpoint;
beforeAll(async () => {
  app = await startHookApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  sibling = await givenErp(app);
  erp = await givenErp(app, { companyId: sibling.companyId, integrationId: sibling.integrationId });
  made = [await givenEndpoint(erp, 'supplier.created'), await givenEndpoint(erp, 'supplier.created')];
  witness = await givenEndpoint(sibling, 'credential.revoked', 'supplier.created');
});
afterEach(async () => {
  // The token that made them may be revoked, so that the check asks with the other.
  for (const endpoint of made) Object.assign(endpoint, { hooks: witness.hooks });
  await checkAndCloseEndpoints();
});

const listed = (active: boolean): Row[] =>
  made.map(({ id, receiver }) => ({ id, url: receiver.url, active }));

const states = (): Promise<Row[]> =>
  Promise.all(made.map(async ({ id }) => (await witness.hooks.get(id)).body as Row));

const revocations = (): Promise<Row[]> =>
  app.database.select(
    `SELECT e.data FROM events e JOIN event_sets s ON s.id = e.set_id
     WHERE e.type = 'credential.revoked' AND s.integration_id = ?`,
    [erp.integrationId],
  );

/** Writes a supplier with the other token, and waits until the witness knows of it. */
async function writeOn(externalId: string): Promise<void> {
  await sibling.client.post('/suppliers', { suppliers: [supplier({ externalId })] });
  await witness.receiver.until((requests) => requests.some(({ body }) => body.includes(externalId)));
}

async function expectDisabled(): Promise<void> {
  for (const state of await states()) {
    expect(state).toMatchObject({ active: false, disabledReason: expect.stringMatching(/revoked/) });
  }
  await writeOn('AFTER');
  expect(made.flatMap(({ receiver }) => receiver.requests)).toEqual([]);
}

async function expectActive(): Promise<void> {
  expect(await states()).toMatchObject([{ active: true }, { active: true }]);
  await writeOn('AFTER');
  await Promise.all(made.map(({ receiver }) => receiver.nth(1)));
}

describe('POST /auth/revoke', () => {
  it('lists the webhooks that the token made, and disables them', async () => {
    const { status, body } = await erp.client.post('/auth/revoke');
    expect([status, body.webhooks]).toEqual([200, listed(false)]);
    await expectDisabled();
  });

  it('leaves them active where that is asked for', async () => {
    const { status, body } = await erp.client.post('/auth/revoke', { disableWebhooks: false });
    expect([status, body.webhooks]).toEqual([200, listed(true)]);
    await expectActive();
  });

  it('leaves those alone that another token made, and lists no removed one', async () => {
    await made[0].hooks.remove(made[0].id);
    const { body } = await erp.client.post('/auth/revoke', { disableWebhooks: true });
    expect(body.webhooks).toEqual(listed(false).slice(1));
    expect(await witness.state()).toMatchObject({ active: true, disabledReason: null });
  });

  it.each(['yes', 1, []])('refuses %j for disableWebhooks, and revokes nothing', async (disableWebhooks) => {
    expectInvalid(await erp.client.post('/auth/revoke', { disableWebhooks }), 'disableWebhooks');
    expect((await erp.client.get('/auth/test')).status).toBe(200);
  });

  it('is one credential.revoked to those who subscribe', async () => {
    const { body } = await erp.client.post('/auth/revoke');
    const [told] = await witness.receiver.next();
    expect(eventOf(told)).toMatchObject({
      event: 'credential.revoked',
      integrationId: erp.integrationId,
      data: { credentialId: erp.tokenId, name: 'test', revokedAt: body.revokedAt },
    });
    expect(told?.body).toContain(erp.token.slice(0, 18));
    expect(told?.body).not.toContain(erp.token);
  });
});

describe('a second revocation', () => {
  it('makes no second event', async () => {
    await erp.client.post('/auth/revoke');
    await revokeToken(app, erp.tokenId);
    await writeOn('AFTER');
    expect(await revocations()).toHaveLength(1);
    expect(witness.receiver.requests.map((request) => eventOf(request).event)).toEqual([
      'credential.revoked',
      'supplier.created',
    ]);
  });

  it('at the same time makes no second event either', async () => {
    await Promise.all(Array.from({ length: 8 }, () => revokeToken(app, erp.tokenId)));
    expect(await revocations()).toHaveLength(1);
  });

  it('can still disable the webhooks that the first left active', async () => {
    await erp.client.post('/auth/revoke', { disableWebhooks: false });
    await command(app.env, 'token:revoke', erp.tokenId, '--disable-webhooks', '--json');
    await expectDisabled();
    expect(await revocations()).toHaveLength(1);
  });
});

describe('eudr token:revoke', () => {
  it('lists the webhooks that the token made, and leaves them active', async () => {
    const { code, stdout } = await command(app.env, 'token:revoke', erp.tokenId, '--json');
    expect([code, (JSON.parse(stdout) as Row)['webhooks']]).toEqual([0, listed(true)]);
    await expectActive();
  });

  it('disables them with --disable-webhooks, and tells a person so', async () => {
    const { code, stdout } = await command(app.env, 'token:revoke', erp.tokenId, '--disable-webhooks');
    expect(code).toBe(0);
    for (const { id } of made) expect(stdout).toMatch(new RegExp(`^${id} +disabled `, 'm'));
    await expectDisabled();
  });
});

it('a process that has not heard of the revocation yet makes no webhook for the token', async () => {
  const { client, tokenId } = erp;
  await client.get('/auth/test');
  await app.database.write("UPDATE tokens SET revoked_at = '2026-01-01 00:00:00.000' WHERE id = ?", [
    tokenId,
  ]);
  const answer = await client.post('/webhook-events', {
    url: 'https://93.184.216.34/hooks',
    events: ['supplier.created'],
  });
  expectError(answer, 401, 'TOKEN_REVOKED');
  expect(await witness.hooks.list()).toHaveLength(3);
});
