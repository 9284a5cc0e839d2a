import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { IntegrationsService } from '../../../src/integrations/integrations.service.js';
import { LastUse } from '../../../src/auth/credentials/last-use.js';
import { Token } from '../../../src/tokens/token.entity.js';
import { newRawToken, hashToken } from '../../../src/auth/credentials/token-format.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { changeToken, type Erp, givenErp, revokeToken } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await until(() => Promise.resolve(app.nest.get(RevocationEpoch).isFresh()));
});
afterAll(() => app.close());

const errorOf = async (client: Client): Promise<string | undefined> =>
  (await client.get('/auth/test')).body.error;

/** An ERP whose token the application has seen already and may have kept in its cache. */
async function givenKnownErp(): Promise<Erp> {
  const erp = await givenErp(app);
  expect(await errorOf(erp.client)).toBeUndefined();
  expect(await errorOf(erp.client)).toBeUndefined();
  return erp;
}

describe('in the process where it is made, a revocation holds with the next call', () => {
  it('by the token itself', async () => {
    const erp = await givenKnownErp();
    const { status, body } = await erp.client.post('/auth/revoke');
    expect([status, body.success, body.id]).toEqual([200, true, erp.tokenId]);
    expect(new Date(body.revokedAt).toISOString()).toBe(body.revokedAt);
    expect(await errorOf(erp.client)).toBe('TOKEN_REVOKED');
    expect((await erp.client.post('/auth/revoke')).body.error).toBe('TOKEN_REVOKED');
  });

  it('by an operator', async () => {
    const erp = await givenKnownErp();
    await revokeToken(app, erp.tokenId);
    expect(await errorOf(erp.client)).toBe('TOKEN_REVOKED');
  });

  it('ends one token and leaves its siblings alone', async () => {
    const erp = await givenKnownErp();
    const sibling = await givenErp(app, { companyId: erp.companyId, integrationId: erp.integrationId });
    await erp.client.post('/auth/revoke');
    expect(await errorOf(sibling.client)).toBeUndefined();
  });

  it('keeps the time of the first when it is made again', async () => {
    const erp = await givenKnownErp();
    const first = await revokeToken(app, erp.tokenId);
    const second = await revokeToken(app, erp.tokenId);
    expect(second.revokedAt).toEqual(first.revokedAt);
  });
});

describe('an integration', () => {
  it('that is deactivated shuts out all its tokens at once, and lets them in again when activated', async () => {
    const erp = await givenKnownErp();
    const sibling = await givenErp(app, { companyId: erp.companyId, integrationId: erp.integrationId });
    const integrations = app.nest.get(IntegrationsService);
    await integrations.setStatus(erp.integrationId, 'INACTIVE');
    expect(await errorOf(erp.client)).toBe('INTEGRATION_INACTIVE');
    expect(await errorOf(sibling.client)).toBe('INTEGRATION_INACTIVE');
    await integrations.setStatus(erp.integrationId, 'ACTIVE');
    expect(await errorOf(erp.client)).toBeUndefined();
  });

  it('that is deactivated shuts out no other of its company', async () => {
    const erp = await givenKnownErp();
    const other = await givenErp(app, { companyId: erp.companyId });
    await app.nest.get(IntegrationsService).setStatus(erp.integrationId, 'INACTIVE');
    expect(await errorOf(other.client)).toBeUndefined();
  });
});

describe('expiry', () => {
  it('is noticed on the moment, also for a token that is used all the time', async () => {
    const erp = await givenKnownErp();
    const expiresAt = new Date(Date.now() + 400);
    await changeToken(app, erp.tokenId, { expiresAt });
    expect(await errorOf(erp.client)).toBeUndefined();
    let lastAccepted = 0;
    await until(async () => {
      const sentAt = Date.now();
      const error = await errorOf(erp.client);
      if (error === undefined) lastAccepted = sentAt;
      return error === 'TOKEN_EXPIRED';
    });
    expect(lastAccepted).toBeLessThan(expiresAt.getTime());
  });

  it('lets a token in that has not reached it', async () => {
    const erp = await givenKnownErp();
    await changeToken(app, erp.tokenId, { expiresAt: new Date(Date.now() + 60_000) });
    expect(await errorOf(erp.client)).toBeUndefined();
  });
});

it('a token works at once although it was tried, and unknown, a moment before', async () => {
  const erp = await givenErp(app);
  const raw = newRawToken('eudr_live_');
  const client = new Client(app.url, raw);
  expect(await errorOf(client)).toBe('INVALID_TOKEN');
  expect(await errorOf(client)).toBe('INVALID_TOKEN');
  await changeToken(app, erp.tokenId, { hash: hashToken(raw) });
  expect(await errorOf(client)).toBeUndefined();
});

it('a token works at once after it was issued', async () => {
  await givenKnownErp();
  expect(await errorOf((await givenErp(app)).client)).toBeUndefined();
});

describe('the time of last use', () => {
  const lastUseOf = async (id: string): Promise<Date | null | undefined> =>
    (await app.database.read((manager) => manager.findOneBy(Token, { id })))?.lastUsedAt;
  const flush = (): Promise<void> => app.nest.get(LastUse).flush();

  it('is empty before the first use', async () => {
    const erp = await givenErp(app);
    await flush();
    expect(await lastUseOf(erp.tokenId)).toBeNull();
  });

  it('is that of the last accepted call', async () => {
    const erp = await givenErp(app);
    await erp.client.get('/auth/test');
    const before = Date.now();
    await erp.client.get('/auth/test');
    const after = Date.now();
    await flush();
    const at = (await lastUseOf(erp.tokenId))?.getTime();
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(after);
  });

  it('is not moved by a call that was refused', async () => {
    const erp = await givenErp(app);
    await revokeToken(app, erp.tokenId);
    await erp.client.get('/auth/test');
    await flush();
    expect(await lastUseOf(erp.tokenId)).toBeNull();
  });

  it('only moves forward, whatever another process has written', async () => {
    const erp = await givenErp(app);
    const later = new Date(Date.now() + 3_600_000);
    await changeToken(app, erp.tokenId, { lastUsedAt: later });
    await erp.client.get('/auth/test');
    await flush();
    expect(await lastUseOf(erp.tokenId)).toEqual(later);
  });

  it('is written for many tokens at once, each its own', async () => {
    const erps = await Promise.all(Array.from({ length: 5 }, () => givenErp(app)));
    for (const erp of erps) await erp.client.get('/auth/test');
    await flush();
    const times = await Promise.all(erps.map(async (erp) => (await lastUseOf(erp.tokenId))?.getTime() ?? 0));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.min(...times)).toBeGreaterThan(0);
  });
});
