import type { Pool, PoolConnection, QueryError, ResultSetHeader } from 'mysql2';
import { CommitUncertain, mayBeDone } from './database-errors.js';
import { acquire } from './session-pool.js';

/** A value for a `?`. Instants are text (`toSqlInstant`). */
export type SqlValue = string | number | boolean | null;

/** Runs statements, inside a transaction or on their own. */
export interface Sql {
  /** Returns rows by column name. Instants and decimals are text; counts and BIGINTs are text or numbers. */
  select<Row>(statement: string, values?: SqlValue[]): Promise<Row[]>;
  /** Returns the number of matched rows. */
  write(statement: string, values?: SqlValue[]): Promise<number>;
}

/**
 * Statements with at most this many values are prepared on the server, and each connection keeps them. This
 * saves parsing and quoting.
 * Longer statements have many different lengths. Preparing each would fill the server's
 * `max_prepared_stmt_count`, so they are sent as text.
 */
const MAX_PREPARED_VALUES = 32;

/** Runs statements outside a transaction. Each has a deadline, in milliseconds since 1970. */
export interface LoneSql {
  select<Row>(statement: string, values: SqlValue[] | undefined, deadlineAt: number): Promise<Row[]>;
  /** @throws {CommitUncertain} if the statement was sent and its response was lost */
  write(statement: string, values: SqlValue[] | undefined, deadlineAt: number): Promise<number>;
}

/** Single statements through mysql2, each on any free connection of the pool. */
export class MysqlLoneSql implements LoneSql {
  constructor(private readonly pool: Pool) {}

  select<Row>(statement: string, values: SqlValue[] | undefined, deadlineAt: number): Promise<Row[]> {
    return this.alone(deadlineAt, (sql) => sql.select<Row>(statement, values));
  }

  write(statement: string, values: SqlValue[] | undefined, deadlineAt: number): Promise<number> {
    return this.alone(deadlineAt, (sql) => sql.write(statement, values).catch(uncertainIfLost));
  }

  private async alone<Result>(deadlineAt: number, work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const connection = await acquire(this.pool, deadlineAt);
    try {
      return await work(new MysqlSql(connection));
    } finally {
      connection.release();
    }
  }
}

/**
 * @throws {CommitUncertain} if the failed statement may have taken effect
 * @throws the given error otherwise
 */
export function uncertainIfLost(error: unknown): never {
  throw mayBeDone(error) ? new CommitUncertain('the response was lost', { cause: error }) : error;
}

/** Statements through mysql2 on the connection of a transaction. */
export class MysqlSql implements Sql {
  constructor(private readonly connection: PoolConnection) {}

  select<Row>(statement: string, values: SqlValue[] = []): Promise<Row[]> {
    return this.run<Row[]>(statement, values);
  }

  async write(statement: string, values: SqlValue[] = []): Promise<number> {
    return (await this.run<ResultSetHeader>(statement, values)).affectedRows;
  }

  private run<Result>(sql: string, values: SqlValue[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      const done = (error: QueryError | null, result: unknown): void =>
        error ? reject(error) : resolve(result as Result);
      const options = { sql, values, dateStrings: true };
      if (values.length <= MAX_PREPARED_VALUES) this.connection.execute(options, done);
      else this.connection.query(options, done);
    });
  }
}
