import { randomUUID } from 'node:crypto';
import { IdempotencyClaims } from '../../../src/idempotency/idempotency-claims.js';
import type { CallIdentity } from '../../../src/idempotency/idempotent-request.js';
import { toSqlInstant } from '../../../src/platform/database/instant.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { expectError } from '../../support/http/expect-error.js';
import { type Erp, givenErp, supplier, suppliers } from '../../support/app/factories.js';
import {
  expectInProgress,
  expectOneEffect,
  expectReplay,
  isReplay,
  keyed,
} from '../../support/http/idempotency.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let app: TestApp;
let claims: IdempotencyClaims;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  claims = app.nest.get(IdempotencyClaims);
});
afterAll(() => app.close());
beforeEach(async () => {
  erp = await givenErp(app);
});

const fromNow = (ms: number): string => toSqlInstant(new Date(Date.now() + ms));

/** Changes the keys of this test's company as only time or a crash could. */
const changeKeys = (assignments: string, ...values: string[]): Promise<number> =>
  app.database.write(`UPDATE idempotency_keys SET ${assignments} WHERE company_id = ?`, [
    ...values,
    erp.companyId,
  ]);

const expire = (): Promise<number> => changeKeys('expires_at = ?', fromNow(-1));

async function keysOfCompany(): Promise<number> {
  const [row] = await app.database.select<{ n: string | number }>(
    'SELECT COUNT(*) AS n FROM idempotency_keys WHERE company_id = ?',
    [erp.companyId],
  );
  return Number(row?.n);
}

const body = { suppliers: [supplier({ externalId: 'X' })] };
const post = (headers: Record<string, string>, sent: object = body): Promise<Answer> =>
  erp.client.post('/suppliers', sent, headers);
const runs = async (): Promise<number> => (await erp.client.get('/sync-logs?entityType=SUPPLIER')).body.total;

describe('a key whose day is over', () => {
  it('works anew for the same call, and then replays that answer', async () => {
    const headers = keyed();
    expect((await post(headers)).body.created).toBe(1);
    await expire();
    const anew = await post(headers);
    expect([anew.status, anew.body.updated, isReplay(anew)]).toEqual([200, 1, false]);
    expectReplay(await post(headers), anew);
    expect(await runs()).toBe(2);
  });

  it('works for another call too', async () => {
    const headers = keyed();
    await post(headers);
    const other = { suppliers: suppliers(2, 'OTHER') };
    expectError(await post(headers, other), 422, 'IDEMPOTENCY_KEY_REUSED');
    await expire();
    const anew = await post(headers, other);
    expect([anew.status, anew.body.created, isReplay(anew)]).toEqual([200, 2, false]);
    expectError(await post(headers), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('takes effect once for twenty callers at once', async () => {
    const headers = keyed();
    await post(headers);
    await expire();
    expectOneEffect(await Promise.all(Array.from({ length: 20 }, () => post(headers))), 200);
    expect(await runs()).toBe(2);
  });
});

describe('the sweep', () => {
  it('forgets keys whose day is over, and no others', async () => {
    const kept = keyed();
    await post(keyed());
    await post(keyed());
    await expire();
    const first = await post(kept);
    expect(await claims.sweep()).toBe(2);
    expect(await keysOfCompany()).toBe(1);
    expectReplay(await post(kept), first);
    expect(await claims.sweep()).toBe(0);
  });
});

/** Leaves a key as an attempt does that died before its work was done, whose lease ends then. */
async function givenClaim(leaseEndsInMs: number): Promise<Record<string, string>> {
  const headers = keyed();
  await post(headers);
  await erp.client.delete('/suppliers/X');
  const ownedBy = randomUUID();
  await changeKeys(
    'status = NULL, answer = NULL, owner = ?, lease_until = ?',
    ownedBy,
    fromNow(leaseEndsInMs),
  );
  return headers;
}

describe('a claim', () => {
  it('is left to its owner while its lease runs', async () => {
    const headers = await givenClaim(20_000);
    expectInProgress(await post(headers));
    expect((await erp.client.get('/suppliers/X')).status).toBe(404);
  });

  it.each([
    ['whose owner died is taken over when its lease is over', -1],
    ['whose lease ends later than any can, as after the clock was set back, is taken over', HOUR_MS],
  ])('%s, and takes effect once', async (_, leaseEndsInMs) => {
    const headers = await givenClaim(leaseEndsInMs);
    const first = expectOneEffect(await Promise.all(Array.from({ length: 20 }, () => post(headers))), 200);
    expect(first.body.created).toBe(1);
    expectReplay(await post(headers), first);
    expect(await runs()).toBe(3);
  });

  it('on another body is refused also when its lease is over: the key is spoken for', async () => {
    const headers = await givenClaim(-1);
    expectError(await post(headers, { suppliers: suppliers(1, 'Y') }), 422, 'IDEMPOTENCY_KEY_REUSED');
  });
});

describe('an owner whose claim was taken over while it worked', () => {
  const answer = { status: 200, sealed: 'an answer' };
  const identity = (): CallIdentity => ({
    id: randomUUID().padEnd(64, '0').slice(0, 64),
    companyId: erp.companyId,
    fingerprint: 'a'.repeat(64),
  });

  async function ownerOf(call: CallIdentity): Promise<string> {
    const claim = await claims.take(call);
    if (!('owner' in claim)) throw new Error('the call was carried out already');
    return claim.owner;
  }

  /** Work in a transaction that keeps its answer under the claim. */
  const workAs = (call: CallIdentity, owner: string): Promise<void> =>
    app.database.transaction(async (tx) => {
      await tx.write('INSERT INTO companies (id, name, slug, created_at) VALUES (?, ?, ?, ?)', [
        owner,
        'by its owner',
        owner.slice(-20),
        fromNow(0),
      ]);
      await claims.complete(tx, call, owner, answer);
    });

  const written = (id: string): Promise<object[]> =>
    app.database.select('SELECT id FROM companies WHERE id = ?', [id]);

  it('writes nothing, and does not free the key of the one that took over', async () => {
    const call = identity();
    const slow = await ownerOf(call);
    await changeKeys('lease_until = ?', fromNow(-1));
    const quick = await ownerOf(call);
    await expect(workAs(call, slow)).rejects.toMatchObject({ kind: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
    await claims.release(call, slow);
    await workAs(call, quick);
    expect([await written(slow), await written(quick)]).toEqual([[], [{ id: quick }]]);
    expect(await claims.take(call)).toEqual({ kept: answer });
  });

  it('cannot keep another answer once there is one', async () => {
    const call = identity();
    const owner = await ownerOf(call);
    await workAs(call, owner);
    const again = app.database.transaction((tx) => claims.complete(tx, call, owner, answer));
    await expect(again).rejects.toMatchObject({ kind: { code: 'IDEMPOTENCY_IN_PROGRESS' } });
  });
});
