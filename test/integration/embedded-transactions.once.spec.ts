import type { Sql } from '../../src/platform/database/sql.js';
import { settledOrWaiting, newSignal } from '../support/waiting/signal.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';

/**
 * The embedded engine has one connection, on which TypeORM alone would let one caller's rollback take along
 * what another was told is written.
 */
describe('two interleaved transactions on the one connection', () => {
  let open: OpenDatabase;
  let elsewhere: OpenDatabase;
  beforeAll(async () => {
    open = await openDatabase();
    elsewhere = await openDatabase(open.env);
    await open.database.write('CREATE TABLE parents (id INTEGER PRIMARY KEY)');
    await open.database.write(
      'CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)',
    );
  });
  beforeEach(async () => {
    await open.database.write('DELETE FROM notes');
  });
  afterAll(async () => {
    await open.close();
    await elsewhere.close();
  });

  const insert = (sql: Sql, id: number): Promise<number> =>
    sql.write('INSERT INTO notes (id) VALUES (?)', [id]);
  const storedAsSeenBy = async (sql: Sql): Promise<number[]> =>
    (await sql.select<{ id: number }>('SELECT id FROM notes ORDER BY id')).map(({ id }) => id);

  it('one rolls back, and nothing that the other acknowledged is gone', async () => {
    const [firstWrote, secondStarted] = [newSignal(), newSignal()];
    const first = open.database.transaction(async (tx) => {
      await insert(tx, 1);
      firstWrote.send();
      await secondStarted.received;
      await insert(tx, 2);
      throw new Error('rolled back');
    });
    await firstWrote.received;
    const second = open.database.transaction(async (tx) => {
      await insert(tx, 3);
      await insert(tx, 4);
    });
    await settledOrWaiting(second);
    secondStarted.send();
    await expect(first).rejects.toThrow('rolled back');
    await second;
    expect(await storedAsSeenBy(elsewhere.database)).toEqual([3, 4]);
  });

  it('a lone write is acknowledged only when the transaction before it has ended, and is then in the file', async () => {
    const [wrote, mayEnd] = [newSignal(), newSignal()];
    const order: string[] = [];
    const transaction = open.database.transaction(async (tx) => {
      await insert(tx, 1);
      wrote.send();
      await mayEnd.received;
      order.push('ends');
      throw new Error('rolled back');
    });
    await wrote.received;
    const lone = insert(open.database, 2).then(async () => {
      order.push('written');
      expect(await storedAsSeenBy(elsewhere.database)).toEqual([2]);
    });
    await settledOrWaiting(lone);
    mayEnd.send();
    await expect(transaction).rejects.toThrow('rolled back');
    await lone;
    expect(order).toEqual(['ends', 'written']);
  });

  it('transactions take turns and never overlap', async () => {
    let inside = 0;
    let most = 0;
    const run = (id: number): Promise<void> =>
      open.database.transaction(async (tx) => {
        inside += 1;
        most = Math.max(most, inside);
        await insert(tx, id);
        await new Promise(setImmediate);
        inside -= 1;
      });
    await Promise.all(Array.from({ length: 20 }, (_, id) => run(id)));
    expect([most, (await storedAsSeenBy(elsewhere.database)).length]).toEqual([1, 20]);
  });

  it('a COMMIT that the engine refuses leaves nothing and gives up the turn', async () => {
    const orphan = open.database.transaction((tx) =>
      tx.write('INSERT INTO notes (id, parent) VALUES (1, 99)'),
    );
    await expect(orphan).rejects.toThrow(/FOREIGN KEY/);
    await insert(open.database, 2);
    expect(await storedAsSeenBy(elsewhere.database)).toEqual([2]);
  });

  it('a transaction that the engine itself rolled back, as on a full disk, gives up its turn', async () => {
    const own = await openDatabase(open.env);
    const { database } = own;
    const aborted = database.transaction(async (tx) => {
      await insert(tx, 1);
      await tx.write('INSERT OR ROLLBACK INTO notes (id) VALUES (1)');
    });
    await expect(aborted).rejects.toThrow(/UNIQUE/);
    await insert(database, 2);
    expect(await storedAsSeenBy(elsewhere.database)).toEqual([2]);
    await own.close();
  }, 5_000);
});
