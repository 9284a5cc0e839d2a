import { startApp, type TestApp } from '../../support/app/app.js';
import { expectError } from '../../support/http/expect-error.js';
import { givenRecords, KINDS, type RecordKind, type Records } from '../../support/records/records.js';

const BATCHES = KINDS[2] as RecordKind;

let app: TestApp;
let records: Records;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  records = await givenRecords(app, BATCHES);
});

const post = async (dates: object): Promise<string | undefined> => {
  const { body } = await records.post([BATCHES.row({ externalId: 'X', ...dates })]);
  return body.errors[0]?.error;
};

describe('the expiryDate of a batch', () => {
  it('is not before its receivedDate, in one row', async () => {
    const error = await post({ receivedDate: '2026-03-31', expiryDate: '2026-03-30' });
    expect(error).toBe('expiryDate must not be before receivedDate 2026-03-31');
    expect(await post({ receivedDate: '2026-03-31', expiryDate: '2026-03-31' })).toBeUndefined();
  });

  it('is compared with the stored date where a row gives one of both', async () => {
    await post({ receivedDate: '2026-03-31', expiryDate: '2027-03-31' });
    expect(await post({ expiryDate: '2026-01-01' })).toMatch(/not be before receivedDate 2026-03-31/);
    expect(await post({ receivedDate: '2027-04-01' })).toMatch(
      /not be after the stored expiryDate 2027-03-31/,
    );
    expect(await post({ expiryDate: null })).toBeUndefined();
    expect(await post({ receivedDate: '2027-04-01' })).toBeUndefined();
  });

  it('is not compared with what a deleted record held, nor with what a PUT clears', async () => {
    await post({ receivedDate: '2026-03-31' });
    expect((await records.put('X', records.body({ expiryDate: '2025-01-01' }))).status).toBe(200);
    await records.delete('X');
    expect(await post({ receivedDate: '2026-03-31' })).toBeUndefined();
  });

  it('that contradicts is a 400 of PUT', async () => {
    const dates = { receivedDate: '2026-03-31', expiryDate: '2026-03-30' };
    expectError(await records.put('X', records.body(dates)), 400, 'VALIDATION_ERROR', /expiryDate/);
  });
});

describe('a batch that was stored before these rules', () => {
  beforeEach(async () => {
    await post({});
    await app.database.write(
      `UPDATE batches SET received_date = '1753-01-01', expiry_date = '1900-01-01', content_hash = 'old'`,
    );
  });

  it('keeps its dates until a row gives them', async () => {
    expect(await post({ quantity: 7 })).toBeUndefined();
    expect((await records.get('X')).body).toMatchObject({
      receivedDate: '1753-01-01',
      expiryDate: '1900-01-01',
      quantity: 7,
    });
    expect(await post({ receivedDate: '1753-01-01' })).toMatch(/send null/);
    expect(await post({ receivedDate: null, expiryDate: null })).toBeUndefined();
  });

  it('is sent back by PUT only without them', async () => {
    const { body } = await records.get('X');
    expectError(await records.put('X', body), 400, 'VALIDATION_ERROR', /receivedDate .*send null/);
  });
});
