import { startApp, type TestApp } from '../../support/app/app.js';
import { feedHead, followFeed, inShort, writeALot } from '../../support/records/changes.js';
import { expectError, expectInvalid } from '../../support/http/expect-error.js';
import { givenErp } from '../../support/app/factories.js';
import { type AllRecords, givenAllRecords, KINDS, recordsOf } from '../../support/records/records.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('the change feed of a token', () => {
  const WRITE_ONLY = [
    'integration:suppliers:write',
    'integration:products:write',
    'integration:batches:write',
  ] as const;
  let all: AllRecords;
  beforeEach(async () => {
    all = await givenAllRecords(app);
    await writeALot(all);
  });

  it.each(KINDS)('that may only read $plural has only those', async (kind) => {
    const { integrationId, companyId } = all.erp;
    const scopes = [`integration:${kind.plural}:read`] as const;
    const { client } = await givenErp(app, { integrationId, companyId, scopes });
    const expected = (await followFeed(all.erp.client)).changes.filter(
      ({ type }) => type === kind.entityType,
    );
    expect((await followFeed(client)).changes).toEqual(expected);
    expect(expected.length).toBeGreaterThan(5);
  });

  it('goes on from a cursor of another token of the integration', async () => {
    const { integrationId, companyId } = all.erp;
    const scopes = ['integration:suppliers:read'] as const;
    const { client } = await givenErp(app, { integrationId, companyId, scopes });
    const head = await feedHead(all.erp.client);
    await all.products.put('P-NEW', all.products.body());
    await all.suppliers.put('S-NEW', all.suppliers.body());
    expect(inShort((await followFeed(client, head)).changes)).toEqual(['created S-NEW']);
  });

  it('that may read no type is a 403 that names what would do', async () => {
    const { client } = await givenErp(app, { companyId: all.erp.companyId, scopes: WRITE_ONLY });
    const answer = await client.get('/changes');
    expectError(answer, 403, 'INSUFFICIENT_SCOPES');
    expect(answer.body.details.required).toEqual(expect.arrayContaining([expect.stringMatching(/:read$/)]));
    expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
  });

  it.each(['another integration of the company', 'another company'])('of %s is its own', async (whose) => {
    const shared = whose === 'another company' ? {} : { companyId: all.erp.companyId };
    const other = recordsOf(await givenErp(app, shared));
    expect((await followFeed(other.erp.client)).changes).toEqual([]);
    await other.suppliers.put('THEIRS', other.suppliers.body());
    expect(inShort((await followFeed(other.erp.client)).changes)).toEqual(['created THEIRS']);
    expect(inShort((await followFeed(all.erp.client)).changes)).not.toContain('created THEIRS');
  });

  it('refuses the cursor of another integration, which would mean another place', async () => {
    const other = await givenErp(app, { companyId: all.erp.companyId });
    const cursor = encodeURIComponent(await feedHead(all.erp.client));
    expectInvalid(await other.client.get(`/changes?cursor=${cursor}`), 'cursor');
  });
});
