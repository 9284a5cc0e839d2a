import { randomBytes } from 'node:crypto';
import type { AuditRecord } from '../../src/audit/audit-rows.js';
import type { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/platform/ids/ids.js';
import { act, type Audit, auditOn, givenActs } from '../support/app/audit.js';
import { settledOrWaiting, newSignal } from '../support/waiting/signal.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';
import { FIRST_PAGE } from '../support/paging/pages.js';

const pepper = randomBytes(32);

let open: OpenDatabase;
let database: Database;
let audit: Audit;
/** Another process on the same database. */
let elsewhere: OpenDatabase;
beforeAll(async () => {
  open = await openDatabase();
  ({ database } = open);
  audit = auditOn(database, pepper);
  elsewhere = await openDatabase(open.env);
});
afterAll(async () => {
  await open.close();
  await elsewhere.close();
});

const sound = (companyId: string, entries: number) => ({
  companyId,
  entries,
  from: 1,
  to: entries,
  problems: [],
});

const newest = async (companyId: string, size = 100): Promise<AuditRecord[]> =>
  (await audit.reader.page(companyId, {}, { page: 1, size })).items;

describe('an entry', () => {
  it('is read as it was written, with its number, its time and its MAC', async () => {
    const written = act(newId('com'), { details: { grace: 7, scopes: ['a'], none: null } });
    const before = Date.now();
    await database.transaction((tx) => audit.log.record(tx, written));
    const { companyId, ...said } = written;
    const [read, ...others] = await newest(companyId);
    expect(others).toEqual([]);
    expect(read).toEqual({
      ...said,
      credential: null,
      id: expect.stringMatching(/^aud_[0-9a-z]{26}$/),
      sequence: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      pepper: expect.stringMatching(/^[0-9a-f]{12}$/),
      mac: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(Date.parse(read?.at as string)).toBeGreaterThanOrEqual(before);
  });

  it('may say nothing of address, request and the id of who acted', async () => {
    const companyId = newId('com');
    const operator = { kind: 'operator', id: null, name: 'operator' } as const;
    await database.transaction((tx) =>
      audit.log.record(tx, act(companyId, { actor: operator, address: null, requestId: null })),
    );
    expect(await newest(companyId)).toMatchObject([{ actor: operator, address: null, requestId: null }]);
    expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, 1));
  });

  it.each([
    ['half a pair', 'half \ud83d pair', 'half \ufffd pair'],
    ['a zero character', 'zero \0 character', 'zero \ufffd character'],
    ['more characters than are kept', '☕🚜'.repeat(200), '☕🚜'.repeat(128).slice(0, -2)],
    ['spaces around it', ' name ', ' name '],
  ])('takes a name with %s, and stays sound', async (_what, name, kept) => {
    const companyId = newId('com');
    const target = { kind: 'token', id: newId('tok'), name };
    await database.transaction((tx) => audit.log.record(tx, act(companyId, { target, details: { name } })));
    const [entry] = await newest(companyId);
    expect(entry?.target.name).toBe(kept);
    expect(entry?.details).toEqual({ name });
    expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, 1));
  });
});

describe('a transaction that rolls back', () => {
  const rolledBack = (companyId: string): Promise<void> =>
    database.transaction(async (tx) => {
      await audit.log.record(tx, act(companyId));
      throw new Error('rolled back');
    });

  it('leaves no entry and no number used up', async () => {
    const companyId = newId('com');
    await givenActs(audit, database, companyId, 2);
    await expect(rolledBack(companyId)).rejects.toThrow('rolled back');
    expect((await newest(companyId)).map(({ sequence }) => sequence)).toEqual([2, 1]);
    await givenActs(audit, database, companyId, 1);
    expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, 3));
  });

  it('leaves nothing at all of a first entry', async () => {
    const companyId = newId('com');
    await expect(rolledBack(companyId)).rejects.toThrow('rolled back');
    const none = { companyId, entries: 0, from: null, to: null, problems: [] };
    expect(await audit.verifier.verify(companyId)).toEqual(none);
    const heads = await database.select('SELECT 1 FROM audit_heads WHERE company_id = ?', [companyId]);
    expect(heads).toEqual([]);
  });

  it('hands its number to the one that waits for it', async () => {
    const companyId = newId('com');
    const [written, mayEnd] = [newSignal(), newSignal()];
    const first = database.transaction(async (tx) => {
      await audit.log.record(tx, act(companyId));
      written.send();
      await mayEnd.received;
      throw new Error('rolled back');
    });
    await written.received;
    const second = elsewhere.database.transaction((tx) => audit.log.record(tx, act(companyId)));
    await settledOrWaiting(second);
    mayEnd.send();
    await expect(first).rejects.toThrow('rolled back');
    await second;
    expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, 1));
  });
});

describe('many writers at once', () => {
  const inEither = (n: number): Database => (n % 2 ? database : elsewhere.database);

  it.each([
    ['from the first entry on', 0],
    ['after entries that are there', 2],
  ])('leave one chain without gaps, %s', async (_from, present) => {
    const companyId = newId('com');
    await givenActs(audit, database, companyId, present);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        inEither(n).transaction((tx) => audit.log.record(tx, act(companyId, { details: { writer: n } }))),
      ),
    );
    expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, present + 20));
    const writers = (await newest(companyId, 20)).map(({ details }) => details['writer'] as number);
    expect(writers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('may name several companies in any order', async () => {
    const companies = Array.from({ length: 4 }, () => newId('com'));
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => {
        const inOrder = n % 2 ? companies : companies.toReversed();
        return inEither(n).transaction((tx) =>
          audit.log.recordMany(
            tx,
            inOrder.map((companyId) => act(companyId)),
          ),
        );
      }),
    );
    for (const companyId of companies)
      expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, 12));
  });
});

describe('many entries in one act', () => {
  it('are one sound chain in the order they were given', async () => {
    const companyId = newId('com');
    await givenActs(audit, database, companyId, 1);
    const many = Array.from({ length: 10_000 }, (_, n) => act(companyId, { details: { n: n + 2 } }));
    await database.transaction((tx) => audit.log.recordMany(tx, many));
    expect(await audit.verifier.verify(companyId)).toEqual(sound(companyId, 10_001));
    let read = 0;
    for await (const { sequence, details } of audit.reader.export(companyId)) {
      expect(details['n']).toBe(sequence);
      read += 1;
    }
    expect(read).toBe(10_001);
  });

  it('may be none', async () => {
    await database.transaction((tx) => audit.log.recordMany(tx, []));
  });
});

describe('reading', () => {
  const companyId = newId('com');
  const [ada, bob] = [newId('usr'), newId('usr')];
  const token = newId('tok');
  const moments: string[] = [];
  const acts = [
    { actor: { kind: 'user', id: ada, name: 'ada@acme.example' } },
    { actor: { kind: 'user', id: bob, name: 'bob@acme.example' }, action: 'token.revoked' },
    { actor: { kind: 'operator', id: null, name: 'operator' }, action: 'user.invited' },
    { actor: { kind: 'user', id: ada, name: 'ada@acme.example' }, action: 'token.revoked' },
  ] as const;

  beforeAll(async () => {
    for (const [index, more] of acts.entries()) {
      const target = { kind: 'token', id: index === 3 ? token : newId('tok'), name: `token ${index}` };
      await database.transaction((tx) => audit.log.record(tx, act(companyId, { ...more, target })));
      const [entry] = await newest(companyId, 1);
      moments.push(entry?.at as string);
      while (Date.now() <= Date.parse(entry?.at as string)) await Promise.resolve();
    }
    await givenActs(audit, database, newId('com'), 2);
  });

  const at = (index: number): Date => new Date(moments[index] as string);

  it.each([
    ['everything', () => ({}), [4, 3, 2, 1]],
    ['what a person did, by id', () => ({ actor: ada }), [4, 1]],
    ['what a person did, by name', () => ({ actor: 'bob@acme.example' }), [2]],
    ['what was done to something, by id', () => ({ target: token }), [4]],
    ['what was done to something, by name', () => ({ target: 'token 1' }), [2]],
    ['one kind of act', () => ({ action: 'token.revoked' as const }), [4, 2]],
    ['what was done from a moment on', () => ({ since: at(2) }), [4, 3]],
    ['what was done before a moment', () => ({ until: at(2) }), [2, 1]],
    ['what fits all that is asked', () => ({ actor: ada, since: at(1) }), [4]],
    ['nothing that fits only in part', () => ({ actor: bob, action: 'user.invited' as const }), []],
  ])('shows %s, in pages and in the export', async (_what, filter, numbers) => {
    const { items: entries, total } = await audit.reader.page(companyId, filter(), FIRST_PAGE);
    expect(entries.map(({ sequence }) => sequence)).toEqual(numbers);
    expect(total).toBe(numbers.length);
    const exported: AuditRecord[] = [];
    for await (const entry of audit.reader.export(companyId, filter())) exported.push(entry);
    expect(exported).toEqual(entries.toReversed());
  });

  it('goes page by page, the newest first', async () => {
    const page = async (number: number) =>
      (await audit.reader.page(companyId, {}, { page: number, size: 3 })).items.map(
        ({ sequence }) => sequence,
      );
    expect([await page(1), await page(2), await page(3)]).toEqual([[4, 3, 2], [1], []]);
  });

  it('shows no company the entries of another', async () => {
    expect(await newest(newId('com'))).toEqual([]);
  });
});
