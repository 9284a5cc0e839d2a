import { Mutex, withTimeout } from 'async-mutex';
import type { Database as Connection, Statement } from 'libsql';
import { LRUCache } from 'lru-cache';
import { DeadlineExceeded } from './database-errors.js';
import type { LoneSql, Sql, SqlValue } from './sql.js';

const MAX_PREPARED = 100;
/** How long a caller waits for earlier transactions. */
const TURN_MS = 10_000;

interface Prepared {
  statement: Statement;
  /** Column names of its result, known after the first run. */
  columns?: string[];
}

/**
 * The one connection of the embedded engine.
 * Its driver is synchronous, so nothing can interrupt a single call. Between the statements of a transaction,
 * other work can run. A transaction therefore holds `turn` from begin to end, and all other callers wait.
 */
export class EmbeddedConnection {
  readonly turn = withTimeout(new Mutex(), TURN_MS, new DeadlineExceeded());
  private readonly prepared = new LRUCache<string, Prepared>({ max: MAX_PREPARED });

  /** @param connection returns the driver's connection, which opens later */
  constructor(private readonly connection: () => Connection) {}

  /** Statements of a transaction. The caller must hold the mutex `turn`. */
  readonly held: Sql = {
    select: <Row>(statement: string, values?: SqlValue[]) =>
      settled(() => this.select<Row>(statement, values)),
    write: (statement, values) => settled(() => this.write(statement, values)),
  };

  /** Single statements, each in its own turn. */
  readonly lone: LoneSql = {
    select: <Row>(statement: string, values?: SqlValue[]) =>
      this.inTurn(() => this.select<Row>(statement, values)),
    write: (statement, values) => this.inTurn(() => this.alone(() => this.write(statement, values))),
  };

  /**
   * Takes the write lock of the file at once. A transaction that reads first and writes later would fail with
   * SQLITE_BUSY_SNAPSHOT, and waiting does not help.
   * It uses `exec`, not a prepared statement. A prepared statement that met SQLITE_BUSY stays half executed,
   * and then no later transaction can commit.
   */
  begin(): void {
    this.connection().exec('BEGIN IMMEDIATE');
  }

  /** Runs synchronous work: at once if the turn is free. */
  private inTurn<Result>(work: () => Result): Promise<Result> {
    return this.turn.isLocked() ? this.turn.runExclusive(work) : settled(work);
  }

  /** Runs a single write in its own transaction, so it waits for the lock before it runs. */
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

/**
 * Builds a row object by column name. The driver would build the same object, but in more calls to the
 * engine.
 */
function named(columns: string[], values: SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (let place = 0; place < columns.length; place += 1) {
    row[columns[place] as string] = values[place] as SqlValue;
  }
  return row;
}

/** Converts a synchronous call to a promise: a thrown error rejects it. */
function settled<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(work()));
}
