import { join } from 'node:path';
import Libsql from 'libsql';
import mysql, { type Pool, type PoolConnection, type QueryError, type ResultSetHeader } from 'mysql2';
import type { Sql, SqlValue } from '../../src/platform/database/sql.js';

/** A driver and nothing above it. */
export interface BareDatabase extends Sql {
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Where the database is: on a server, or in the file that the product keeps in its data folder. */
export interface Place {
  DATABASE_URL?: string;
  DATA_DIR: string;
}

const BUSY_MS = 1_000;
const CONTENDED = [1205, 1213];

export function openBareDatabase(place: Place, poolSize: number): BareDatabase {
  if (place.DATABASE_URL === undefined) return new BareLibsql(join(place.DATA_DIR, 'eudr.sqlite'));
  return new BareMysql(place.DATABASE_URL, poolSize);
}

/** Prepared statements, whatever their length. */
class PreparedSql implements Sql {
  constructor(protected readonly connection: Pool | PoolConnection) {}

  select<Row>(statement: string, values: SqlValue[] = []): Promise<Row[]> {
    return this.execute<Row[]>(statement, values);
  }

  async write(statement: string, values: SqlValue[] = []): Promise<number> {
    return (await this.execute<ResultSetHeader>(statement, values)).affectedRows;
  }

  private execute<Result>(sql: string, values: SqlValue[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      const done = (error: QueryError | null, result: unknown): void =>
        error ? reject(error) : resolve(result as Result);
      this.connection.execute({ sql, values, dateStrings: true }, done);
    });
  }
}

class BareMysql extends PreparedSql implements BareDatabase {
  private readonly pool: Pool;

  constructor(uri: string, poolSize: number) {
    const pool = mysql.createPool({ uri, charset: 'utf8mb4_bin', connectionLimit: poolSize });
    pool.on('connection', (connection) => {
      connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    });
    super(pool);
    this.pool = pool;
  }

  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (!CONTENDED.includes((error as QueryError).errno ?? 0)) throw error;
      }
    }
  }

  close(): Promise<void> {
    return this.pool.promise().end();
  }

  private async attempt<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    const connection = await new Promise<PoolConnection>((resolve, reject) => {
      this.pool.getConnection((error, free) => (error ? reject(error) : resolve(free)));
    });
    try {
      await command(connection, 'START TRANSACTION');
      const result = await work(new PreparedSql(connection));
      await command(connection, 'COMMIT');
      return result;
    } catch (error) {
      await command(connection, 'ROLLBACK');
      throw error;
    } finally {
      connection.release();
    }
  }
}

function command(connection: PoolConnection, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * The embedded engine's driver, which answers at once: between the statements of a transaction nothing else of
 * this process can run, so that it needs no lock.
 */
class BareLibsql implements BareDatabase {
  private readonly database: Libsql.Database;
  private readonly prepared = new Map<string, Libsql.Statement>();

  constructor(file: string) {
    this.database = new Libsql(file, { timeout: BUSY_MS });
    this.database.pragma('journal_mode = WAL');
  }

  select<Row>(statement: string, values: SqlValue[] = []): Promise<Row[]> {
    return Promise.resolve(this.prepare(statement).all(values) as Row[]);
  }

  write(statement: string, values: SqlValue[] = []): Promise<number> {
    return Promise.resolve(this.prepare(statement).run(values).changes);
  }

  async transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    await this.write('BEGIN IMMEDIATE TRANSACTION');
    try {
      const result = await work(this);
      await this.write('COMMIT');
      return result;
    } catch (error) {
      await this.write('ROLLBACK');
      throw error;
    }
  }

  close(): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }

  private prepare(text: string): Libsql.Statement {
    const present = this.prepared.get(text);
    if (present) return present;
    const statement = this.database.prepare(text);
    this.prepared.set(text, statement);
    return statement;
  }
}
