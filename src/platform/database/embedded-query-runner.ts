import type { MutexInterface } from 'async-mutex';
import type { Database as Connection } from 'libsql';
import type { DataSource, QueryResult } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { EmbeddedConnection } from './embedded-connection.js';

const READS = /^\s*(SELECT|PRAGMA)\b/i;

/**
 * TypeORM hands all callers of the embedded engine one runner, so that a transaction would swallow whatever
 * others write before it ends, and a rollback would take that along. Here each caller gets a runner of their
 * own, and the connection's turn is held by a transaction from begin to end, or by a lone statement while it
 * runs.
 *
 * A transaction must therefore use its own runner only: a statement sent past it waits for ever.
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

  /** BEGIN IMMEDIATE in place of TypeORM's BEGIN. */
  private begin(): Promise<void> {
    return new Promise((resolve) => resolve(this.shared.begin()));
  }

  /** A lone write in a transaction of its own, so that it too waits for the lock before it runs. */
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

/** Makes every query runner of an embedded data source one that takes its turn. */
export function serializeRunners(dataSource: DataSource): void {
  const driver = dataSource.driver as BetterSqlite3Driver;
  const shared = new EmbeddedConnection(() => driver.databaseConnection as Connection);
  const statements = new Map<string, unknown>();
  driver.createQueryRunner = () => new EmbeddedQueryRunner(driver, shared, statements);
}
