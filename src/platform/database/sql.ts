import type { Pool, PoolConnection, QueryError, ResultSetHeader } from 'mysql2';

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
const MOST_PREPARED_VALUES = 32;

/** Statements over mysql2, on one connection of a transaction or on whichever the pool has free. */
export class MysqlSql implements Sql {
  constructor(private readonly connection: Pool | PoolConnection) {}

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
      if (values.length <= MOST_PREPARED_VALUES) this.connection.execute(options, done);
      else this.connection.query(options, done);
    });
  }
}
