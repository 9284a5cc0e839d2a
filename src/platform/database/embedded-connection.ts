import { Mutex, withTimeout } from 'async-mutex';
import type { Database as Connection, Statement } from 'libsql';
import { LRUCache } from 'lru-cache';
import { DeadlineExceeded } from './database-errors.js';
import type { LoneSql, Sql, SqlValue } from './sql.js';

const MAX_PREPARED = 100;
/** How long a caller waits for the transactions before its own. */
const TURN_MS = 10_000;

interface Prepared {
  statement: Statement;
  /** Names of what it selects, once it has. */
  columns?: string[];
}

/**
 * The embedded engine's one connection. Its driver answers at once, so nothing can come between the parts of a
 * synchronous call; but between the statements of a transaction everything can. Whoever has one open therefore
 * holds `turn` from begin to end, and all others wait for it.
 */
export class EmbeddedConnection {
  readonly turn = withTimeout(new Mutex(), TURN_MS, new DeadlineExceeded());
  private readonly prepared = new LRUCache<string, Prepared>({ max: MAX_PREPARED });

  /** @param connection gives the driver's connection, which is opened only later. */
  constructor(private readonly connection: () => Connection) {}

  /** The statements of a transaction, for whoever holds the turn. */
  readonly held: Sql = {
    select: <Row>(statement: string, values?: SqlValue[]) =>
      settled(() => this.select<Row>(statement, values)),
    write: (statement, values) => settled(() => this.write(statement, values)),
  };

  /** Statements that stand alone, each in a turn of its own. */
  readonly lone: LoneSql = {
    select: <Row>(statement: string, values?: SqlValue[]) =>
      this.inTurn(() => this.select<Row>(statement, values)),
    write: (statement, values) => this.inTurn(() => this.alone(() => this.write(statement, values))),
  };

  /**
   * Takes the file's write lock: a transaction that began by reading and wrote later would fail with
   * SQLITE_BUSY_SNAPSHOT, which waiting does not mend. Executed, not prepared: a prepared statement that met
   * SQLITE_BUSY stays half run, and no later transaction can commit beside it.
   */
  begin(): void {
    this.connection().exec('BEGIN IMMEDIATE');
  }

  /** Runs what is done when it returns: at once where nobody has the turn. */
  private inTurn<Result>(work: () => Result): Promise<Result> {
    return this.turn.isLocked() ? this.turn.runExclusive(work) : settled(work);
  }

  /** A lone write in a transaction of its own, so that it too waits for the lock before it runs. */
  private alone<Result>(write: () => Result): Result {
    this.begin();
    try {
      const result = write();
      this.connection().exec('COMMIT');
      return result;
    } catch (error) {
      if (this.connection().inTransaction) this.connection().exec('ROLLBACK');
      throw error;
    }
  }

  private select<Row>(text: string, values: SqlValue[] = []): Row[] {
    const prepared = this.prepare(text);
    prepared.columns ??= prepared.statement
      .raw()
      .columns()
      .map(({ name }) => name);
    const { statement, columns } = prepared;
    return statement.all(values).map((row) => named(columns, row as SqlValue[]) as Row);
  }

  private write(text: string, values: SqlValue[] = []): number {
    return this.prepare(text).statement.run(values).changes;
  }

  private prepare(text: string): Prepared {
    const present = this.prepared.get(text);
    if (present) return present;
    const prepared = { statement: this.connection().prepare(text) };
    this.prepared.set(text, prepared);
    return prepared;
  }
}

/** A row by its columns' names. The driver would make the same object, but in more steps between it and the engine. */
function named(columns: string[], values: SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (let place = 0; place < columns.length; place += 1) {
    row[columns[place] as string] = values[place] as SqlValue;
  }
  return row;
}

/** A synchronous call as those who await it expect it: what it throws rejects. */
function settled<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(work()));
}
