import type { Pool, PoolConnection, QueryError, ResultSetHeader } from 'mysql2';
import { CommitUncertain, mayBeDone } from './database-errors.js';
import { acquire } from './session-pool.js';

/** What a statement may be given for a `?`. Instants are text (`toSqlInstant`). */
export type SqlValue = string | number | boolean | null;

/** Runs single statements, inside a transaction or each on its own. */
export interface Sql {
  /** The rows, keyed by column name: instants and decimals as text, counts and BIGINTs as text or number. */
  select<Row>(statement: string, values?: SqlValue[]): Promise<Row[]>;
  /** The number of rows that the statement matched. */
  write(statement: string, values?: SqlValue[]): Promise<number>;
}

/**
 * Statements up to this many values are prepared on the server and kept there by each connection, which
 * saves parsing and quoting. Longer ones come in many lengths; preparing each would fill the server's table
 * of statements (`max_prepared_stmt_count`), so they are sent as text.
 */
const MAX_PREPARED_VALUES = 32;

/** Statements that stand alone and must be done by a moment, in milliseconds since 1970. */
export interface LoneSql {
  select<Row>(statement: string, values: SqlValue[] | undefined, deadlineAt: number): Promise<Row[]>;
  /** @throws {CommitUncertain} where the statement was sent and its response was lost. */
  write(statement: string, values: SqlValue[] | undefined, deadlineAt: number): Promise<number>;
}

/** Lone statements over mysql2, each on whichever connection the pool has free. */
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

/** For what was told to take effect. @throws {CommitUncertain} where it may have, though an error came back. */
export function uncertainIfLost(error: unknown): never {
  throw mayBeDone(error) ? new CommitUncertain('the response was lost', { cause: error }) : error;
}

/** Statements over mysql2 on the connection of a transaction. */
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
