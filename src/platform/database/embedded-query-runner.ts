import type { MutexInterface } from 'async-mutex';
import type { Database as Connection } from 'libsql';
import type { DataSource, QueryResult } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { EmbeddedConnection } from './embedded-connection.js';

const READS = /^\s*(SELECT|PRAGMA)\b/i;

/**
 * A query runner for one caller.
 * TypeORM shares one runner of the embedded engine among all callers. An open transaction would then include
 * the writes of others, and its rollback would undo them. Here each caller has its own runner. A transaction
 * holds the connection's turn from begin to end, a single statement only while it runs.
 * A transaction must use only its own runner: a statement sent through another one would wait for ever.
 */
export class EmbeddedQueryRunner extends BetterSqlite3QueryRunner {
  private unlock: MutexInterface.Releaser | undefined;

  constructor(
    driver: BetterSqlite3Driver,
    readonly shared: EmbeddedConnection,
    statements: Map<string, unknown>,
  ) {
    super(driver);
    Object.assign(this, { stmtCache: statements });
  }

  override query(statement: string, values: unknown[] | undefined, structured: true): Promise<QueryResult>;
  override query<Raw = unknown>(statement: string, values?: unknown[], structured?: boolean): Promise<Raw>;
  override query(statement: string, values?: unknown[], structured?: boolean): Promise<unknown> {
    if (statement === 'BEGIN TRANSACTION') return this.begin();
    if (this.unlock) return super.query(statement, values, structured);
    return this.shared.turn.runExclusive(() =>
      READS.test(statement)
        ? super.query(statement, values, structured as true)
        : this.alone(() => super.query(statement, values, structured as true)),
    );
  }

  /** Uses BEGIN IMMEDIATE instead of TypeORM's BEGIN. */
  private begin(): Promise<void> {
    return new Promise((resolve) => resolve(this.shared.begin()));
  }

  /** Runs a single write in its own transaction, so it waits for the lock before it runs. */
  private async alone<Result>(write: () => Promise<Result>): Promise<Result> {
    await this.begin();
    try {
      const result = await write();
      await super.query('COMMIT');
      return result;
    } catch (error) {
      await super.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  override async startTransaction(): Promise<void> {
    this.unlock ??= await this.shared.turn.acquire();
    try {
      await super.startTransaction();
    } catch (error) {
      this.isTransactionActive = false;
      this.releaseLock();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    this.releaseLock();
  }

  override async rollbackTransaction(): Promise<void> {
    await super.rollbackTransaction();
    this.releaseLock();
  }

  override async release(): Promise<void> {
    if (this.isTransactionActive) await super.rollbackTransaction().catch(() => undefined);
    this.isTransactionActive = false;
    this.releaseLock();
    await super.release();
  }

  private releaseLock(): void {
    if (this.isTransactionActive) return;
    this.unlock?.();
    this.unlock = undefined;
  }
}

/** Makes every query runner of an embedded data source wait for its turn. */
export function serializeRunners(dataSource: DataSource): void {
  const driver = dataSource.driver as BetterSqlite3Driver;
  const shared = new EmbeddedConnection(() => driver.databaseConnection as Connection);
  const statements = new Map<string, unknown>();
  driver.createQueryRunner = () => new EmbeddedQueryRunner(driver, shared, statements);
}
