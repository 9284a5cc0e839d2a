import type { EntityManager } from 'typeorm';
import { Company } from '../../src/identity/companies/company.entity.js';
import type { Tx } from '../../src/platform/database/database.js';
import type { Sql } from '../../src/platform/database/sql.js';
import { settledOrWaiting, newSignal } from '../support/waiting/signal.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';

let open: OpenDatabase;
beforeAll(async () => {
  open = await openDatabase();
});
beforeEach(async () => {
  await open.database.write('DELETE FROM companies');
});
afterAll(() => open.close());

const given = (id: string): Company => ({ id, name: id, slug: id, createdAt: new Date() });
const insert = (sql: Sql, id: string): Promise<number> =>
  sql.write('INSERT INTO companies (id, name, slug, created_at) VALUES (?, ?, ?, ?)', [
    id,
    id,
    id,
    '2026-01-01 00:00:00.000',
  ]);
const insertEntity = (manager: EntityManager, id: string): Promise<unknown> =>
  manager.insert(Company, given(id));

async function stored(sql: Sql = open.database): Promise<string[]> {
  const rows = await sql.select<{ id: string }>('SELECT id FROM companies ORDER BY id');
  return rows.map(({ id }) => id);
}

/** A transaction that has written `id` and stays open until told how to end. */
async function openTransaction(id: string): Promise<{ rollBack(): Promise<void>; commit(): Promise<void> }> {
  const [written, ended] = [newSignal(), newSignal()];
  let failure: Error | undefined;
  const transaction = open.database.transaction(async (tx) => {
    await insert(tx, id);
    written.send();
    await ended.received;
    if (failure) throw failure;
  });
  await Promise.race([written.received, transaction]);
  const end = (error?: Error): Promise<void> => {
    failure = error;
    ended.send();
    return transaction;
  };
  return {
    commit: () => end(),
    rollBack: () => expect(end(new Error('changed my mind'))).rejects.toThrow('changed my mind'),
  };
}

describe('a transaction that rolls back beside other writers', () => {
  const others: [string, () => Promise<unknown>][] = [
    ['a lone statement', () => insert(open.database, 'other')],
    ['a transaction', () => open.database.transaction((tx) => insert(tx, 'other'))],
    [
      "a transaction's repositories",
      () => open.database.transaction((tx) => insertEntity(tx.manager, 'other')),
    ],
    ["the data source's manager", () => insertEntity(open.database.dataSource.manager, 'other')],
    [
      "the data source's repositories",
      () => open.database.dataSource.getRepository(Company).save(given('other')),
    ],
    [
      "TypeORM's own transaction",
      () => open.database.dataSource.transaction((manager) => insertEntity(manager, 'other')),
    ],
    ["a query runner's transaction", () => inRunnerTransaction('other')],
  ];

  it.each(others)('takes nothing along that %s was told is written', async (_name, write) => {
    const first = await openTransaction('mine');
    const other = write();
    await settledOrWaiting(other);
    await first.rollBack();
    await other;
    expect(await stored()).toEqual(['other']);
  });

  it.each(others)('leaves nothing of its own behind beside %s', async (_name, write) => {
    const first = await openTransaction('mine');
    const all = Promise.all([write(), insert(open.database, 'third')]);
    await settledOrWaiting(all);
    await first.rollBack();
    await all;
    expect(await stored()).toEqual(['other', 'third']);
  });

  it('does not undo a transaction that began before it and commits after it', async () => {
    const first = await openTransaction('first');
    const second = openTransaction('second').then((transaction) => transaction.rollBack());
    await settledOrWaiting(second);
    await first.commit();
    await second;
    expect(await stored()).toEqual(['first']);
  });

  it('lets exactly the others through when forty run at once and half of them fail', async () => {
    const runs = Array.from({ length: 40 }, (_, n) => n);
    const name = (n: number): string => `n${String(n).padStart(2, '0')}`;
    const outcomes = await Promise.allSettled(
      runs.map((n) =>
        open.database.transaction(async (tx) => {
          await insert(tx, `${name(n)}a`);
          await insertEntity(tx.manager, `${name(n)}b`);
          if (n % 2 === 1) throw new Error('odd');
        }),
      ),
    );
    const acknowledged = runs.filter((n) => outcomes[n]?.status === 'fulfilled');
    expect(acknowledged).toEqual(runs.filter((n) => n % 2 === 0));
    expect(await stored()).toEqual(acknowledged.flatMap((n) => [`${name(n)}a`, `${name(n)}b`]));
  });
});

async function inRunnerTransaction(id: string): Promise<void> {
  const runner = open.database.dataSource.createQueryRunner();
  await runner.startTransaction();
  await insertEntity(runner.manager, id);
  await runner.commitTransaction();
  await runner.release();
}

describe('what is not committed', () => {
  it('is seen by the statements and the repositories of its own transaction', async () => {
    const seen = await open.database.transaction(async (tx) => {
      await insert(tx, 'raw');
      await insertEntity(tx.manager, 'entity');
      return [
        await stored(tx),
        (await tx.manager.find(Company, { order: { id: 'ASC' } })).map(({ id }) => id),
      ];
    });
    expect(seen).toEqual([
      ['entity', 'raw'],
      ['entity', 'raw'],
    ]);
  });

  it.each<[string, () => Promise<unknown[]>]>([
    ['a lone statement', () => stored()],
    ['a repository', () => open.database.read((manager) => manager.find(Company))],
    ['another transaction', () => open.database.transaction((tx) => stored(tx))],
  ])('is never seen by %s', async (_name, read) => {
    const first = await openTransaction('secret');
    const seen = read();
    await settledOrWaiting(seen);
    await first.rollBack();
    expect(await seen).toEqual([]);
  });
});

describe('a transaction whose work throws', () => {
  it('rethrows what was thrown, and runs once', async () => {
    const wrong = new Error('wrong');
    let runs = 0;
    const work = async (tx: Tx): Promise<never> => {
      runs += 1;
      await insert(tx, 'gone');
      throw wrong;
    };
    await expect(open.database.transaction(work)).rejects.toBe(wrong);
    expect([runs, await stored()]).toEqual([1, []]);
  });

  it('makes room for the next, however many there were', async () => {
    for (let n = 0; n < 30; n += 1) {
      await expect(open.database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    }
    await open.database.transaction((tx) => insert(tx, 'next'));
    expect(await stored()).toEqual(['next']);
  });

  it('makes room also when it threw before its first statement, or when that statement was refused', async () => {
    const refused = open.database.transaction((tx) => tx.write('INSERT INTO no_such_table (id) VALUES (1)'));
    await expect(refused).rejects.toThrow(/no_such_table/);
    await expect(open.database.write('INSERT INTO no_such_table (id) VALUES (1)')).rejects.toThrow(
      /no_such_table/,
    );
    const thrown = open.database.transaction(() => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    await insert(open.database, 'next');
    expect(await stored()).toEqual(['next']);
  });
});

describe("a transaction's manager", () => {
  it('saves, nests and reads inside the same transaction', async () => {
    const first = open.database.transaction(async (tx) => {
      await tx.manager.save(Company, given('saved'));
      await tx.manager.transaction((nested) => nested.save(Company, [given('nested'), given('other')]));
      await insert(tx, 'raw');
      expect(await tx.manager.countBy(Company, {})).toBe(4);
      throw new Error('all of it');
    });
    await expect(first).rejects.toThrow('all of it');
    expect(await stored()).toEqual([]);
  });

  it('rolls a nested transaction back on its own', async () => {
    await open.database.transaction(async (tx) => {
      await insert(tx, 'outer');
      const nested = tx.manager.transaction(async (manager) => {
        await insertEntity(manager, 'inner');
        throw new Error('inner only');
      });
      await expect(nested).rejects.toThrow('inner only');
      await insert(tx, 'after');
    });
    expect(await stored()).toEqual(['after', 'outer']);
  });

  it('keeps others waiting or apart until the outermost transaction ends', async () => {
    const [nestedDone, ended] = [newSignal(), newSignal()];
    const outer = open.database.transaction(async (tx) => {
      await tx.manager.transaction((nested) => insertEntity(nested, 'nested'));
      nestedDone.send();
      await ended.received;
      throw new Error('outer');
    });
    await nestedDone.received;
    const other = insert(open.database, 'other');
    await settledOrWaiting(other);
    ended.send();
    await expect(outer).rejects.toThrow('outer');
    await other;
    expect(await stored()).toEqual(['other']);
  });
});
