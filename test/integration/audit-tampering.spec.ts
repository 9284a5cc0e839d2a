import { randomBytes } from 'node:crypto';
import type { AuditProblem } from '../../src/audit/audit-problems.js';
import { insertEntries, type EntryRow, selectEntries } from '../../src/audit/audit-rows.js';
import { AuditMac } from '../../src/audit/audit-macs.js';
import type { Database } from '../../src/platform/database/database.js';
import type { SqlValue } from '../../src/platform/database/sql.js';
import { newId } from '../../src/platform/ids/ids.js';
import { act, type Audit, auditOn, givenActs, problem } from '../support/app/audit.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';
import { FIRST_PAGE } from '../support/paging/pages.js';

const [pepper, newerPepper] = [randomBytes(32), randomBytes(32)];
const strangersSeal = AuditMac.of({ id: 'abcdef012345', secret: randomBytes(32) });
const ENTRIES = 8;

let open: OpenDatabase;
let database: Database;
let audit: Audit;
let companyId: string;
beforeAll(async () => {
  open = await openDatabase();
  ({ database } = open);
  audit = auditOn(database, pepper);
});
afterAll(() => open.close());
beforeEach(async () => {
  companyId = newId('com');
  await givenActs(audit, database, companyId, ENTRIES);
});

const problems = async (found = audit): Promise<AuditProblem[]> =>
  (await found.verifier.verify(companyId)).problems;

/** What someone does who can write to the database and has no key: a statement that ends with WHERE company_id = ?. */
const tamper = (statement: string, ...values: SqlValue[]): Promise<number> =>
  database.write(`${statement} ${statement.includes('WHERE') ? 'AND' : 'WHERE'} company_id = ?`, [
    ...values,
    companyId,
  ]);

const remove = (from: number, to: number): Promise<number> =>
  tamper('DELETE FROM audit_entries WHERE sequence BETWEEN ? AND ?', from, to);
const renumber = (from: number, to: number): Promise<number> =>
  tamper('UPDATE audit_entries SET sequence = ? WHERE sequence = ?', to, from);
const rows = (): Promise<EntryRow[]> =>
  selectEntries(database, [['company_id = ?', companyId]], 'ORDER BY sequence');
const headRow = async (): Promise<SqlValue[]> => {
  const [row] = await database.select<Record<string, SqlValue>>(
    'SELECT sequence, mac, at, pepper, signature FROM audit_heads WHERE company_id = ?',
    [companyId],
  );
  return Object.values(row ?? {});
};
const putHead = (head: SqlValue[]): Promise<number> =>
  tamper('UPDATE audit_heads SET sequence = ?, mac = ?, at = ?, pepper = ?, signature = ?', ...head);

/** Makes the chain anew from an entry on, under a key that is not the log's. */
async function remake(from: number, pepperId: string): Promise<void> {
  const old = (await rows()).slice(from - 1);
  let previous = (await rows())[from - 2]?.mac ?? '';
  await remove(from, ENTRIES);
  for (const row of old) {
    const changed = { ...row, actor_name: 'someone else', pepper: pepperId };
    previous = strangersSeal.macOf(previous, changed);
    await insertEntries(database, [{ ...changed, mac: previous }]);
  }
}

it('an untouched chain is sound', async () => {
  expect(await problems()).toEqual([]);
});

describe('an entry that was changed is found by', () => {
  it.each<[string, SqlValue]>([
    ['id', 'aud_01kan2x5v6fkrb3m1s3c1v9y7t'],
    ['at', '2026-01-01 00:00:00.000'],
    ['actor_kind', 'system'],
    ['actor_id', null],
    ['actor_name', 'Ops@acme.example'],
    ['action', 'token.revoked'],
    ['target_kind', 'user'],
    ['target_id', 'tok_01kan2x5v6fkrb3m1s3c1v9y7t'],
    ['target_name', 'nightly '],
    ['address', '192.0.2.8'],
    ['request_id', null],
    ['details', '{"n": 3}'],
  ])('its %s', async (column, value) => {
    await tamper(`UPDATE audit_entries SET ${column} = ? WHERE sequence = 3`, value);
    expect(await problems()).toEqual([problem('changed', 3)]);
  });

  it('its MAC, which the next entry does not follow any more', async () => {
    await tamper('UPDATE audit_entries SET mac = ? WHERE sequence = 3', 'ab'.repeat(32));
    expect(await problems()).toEqual([problem('changed', 3, 4)]);
  });

  it('its company', async () => {
    const other = newId('com');
    await tamper('UPDATE audit_entries SET company_id = ? WHERE sequence = 3', other);
    expect(await problems()).toEqual([problem('missing', 3)]);
    companyId = other;
    expect(await problems()).toEqual([problem('start_missing', 1, 2), problem('head_missing', 3)]);
  });
});

describe('verification finds', () => {
  const found: [string, () => Promise<unknown>, AuditProblem[]][] = [
    ['entries deleted in the middle', () => remove(3, 4), [problem('missing', 3, 4)]],
    ['entries deleted at the start', () => remove(1, 3), [problem('start_missing', 1, 3)]],
    ['entries deleted at the end', () => remove(7, 8), [problem('tail_missing', 7, 8)]],
    ['all entries deleted', () => remove(1, 8), [problem('tail_missing', 1, 8)]],
    [
      'entries that changed places, and the one after them',
      async () => {
        await renumber(3, 100);
        await renumber(4, 3);
        await renumber(100, 4);
      },
      [problem('changed', 3, 5)],
    ],
    [
      'entries that closed up over a deleted one',
      async () => {
        await remove(7, 7);
        await renumber(8, 7);
      },
      [problem('changed', 7), problem('tail_missing', 8)],
    ],
    ['a deleted head', () => tamper('DELETE FROM audit_heads'), [problem('head_missing', 8)]],
    [
      'a head that was moved back to a cut tail',
      async () => {
        await remove(7, 8);
        await tamper('UPDATE audit_heads SET sequence = 6, mac = ?', (await rows())[5]?.mac as string);
      },
      [problem('head_forged', 6)],
    ],
    [
      'an entry made without the key',
      async () => {
        const [last] = (await rows()).slice(-1) as [EntryRow];
        const row = { ...last, sequence: 9 };
        await insertEntries(database, [{ ...row, mac: strangersSeal.macOf(last.mac, row) }]);
      },
      [problem('changed', 9), problem('head_differs', 8)],
    ],
    [
      'entries under numbers that no entry has',
      () => renumber(8, -1),
      [problem('before_start', -1), problem('tail_missing', 8)],
    ],
    [
      'a checkpoint that nobody with the key made',
      async () => {
        await remove(1, 3);
        await database.write(
          `INSERT INTO audit_checkpoints (company_id, sequence, mac, at, pepper, signature)
           SELECT company_id, 3, mac, at, pepper, signature FROM audit_heads WHERE company_id = ?`,
          [companyId],
        );
      },
      [problem('checkpoint_forged', 3), problem('start_missing', 1, 3)],
    ],
  ];

  it.each(found)('%s', async (_what, tampering, expected) => {
    await tampering();
    expect(await problems()).toEqual(expected);
  });

  it('a chain made anew under another key: its MACs do not fit the pepper that they name', async () => {
    const [{ pepper: pepperId }] = (await rows()) as [EntryRow];
    await remake(5, pepperId);
    expect(await problems()).toEqual([problem('changed', 5, 8), problem('head_differs', 8)]);
  });

  it('a chain made anew under another key that names a pepper of its own', async () => {
    await remake(5, strangersSeal.pepper);
    expect(await problems()).toEqual([problem('pepper_unknown', 5, 8), problem('head_differs', 8)]);
  });

  it('an older head that was put back', async () => {
    const head = await headRow();
    await givenActs(audit, database, companyId, 1);
    await putHead(head);
    expect(await problems()).toEqual([problem('head_differs', 8)]);
  });
});

describe('a company whose head cannot be relied upon', () => {
  const unsound: [string, () => Promise<unknown>, string][] = [
    ['deleted', () => tamper('DELETE FROM audit_heads'), 'head_missing'],
    ['changed', () => tamper('UPDATE audit_heads SET sequence = 5'), 'head_forged'],
    ['blanked', () => tamper("UPDATE audit_heads SET sequence = 0, signature = ''"), 'head_missing'],
    ['of another key', () => tamper("UPDATE audit_heads SET pepper = 'abcdef012345'"), 'head_pepper_unknown'],
    [
      'put back',
      async () => {
        const head = await headRow();
        await givenActs(audit, database, companyId, 1);
        await putHead(head);
      },
      'head_differs',
    ],
  ];

  it.each(unsound)('can still act, and its log says that the head was %s', async (_how, tampering, flaw) => {
    await tampering();
    const before = (await rows()).length;
    await givenActs(audit, database, companyId, 2);
    expect(await problems()).toEqual([problem('head_found_unsound', before + 1)]);
    const unsound = { action: 'audit.head_unsound' as const };
    const { items: entries } = await audit.reader.page(companyId, unsound, FIRST_PAGE);
    expect(entries).toMatchObject([
      { actor: { kind: 'system' }, details: { found: flaw, continuedAfter: before } },
    ]);
  });

  it('does not get a cut tail hidden by its next act', async () => {
    await remove(7, 8);
    await givenActs(audit, database, companyId, 1);
    expect(await problems()).toEqual([problem('missing', 7, 8)]);
  });
});

describe('a change of pepper', () => {
  it('leaves a chain sound for whoever knows both', async () => {
    const both = auditOn(database, newerPepper, pepper);
    await givenActs(both, database, companyId, 2);
    expect(await problems(both)).toEqual([]);
    expect(new Set((await rows()).map((row) => row.pepper)).size).toBe(2);
  });

  it('makes entries of a pepper that is gone a problem of its own', async () => {
    await givenActs(auditOn(database, newerPepper, pepper), database, companyId, 2);
    expect(await problems(auditOn(database, newerPepper))).toEqual([problem('pepper_unknown', 1, 8)]);
    expect(await problems(audit)).toEqual([
      problem('pepper_unknown', 9, 10),
      problem('head_pepper_unknown', 10),
    ]);
  });
});

it('what befalls one company is no problem of another', async () => {
  const other = newId('com');
  await database.transaction((tx) => audit.log.record(tx, act(other)));
  await remove(1, 8);
  expect((await audit.verifier.verify(other)).problems).toEqual([]);
  expect(await audit.verifier.companies()).toEqual(expect.arrayContaining([companyId, other]));
});
