import { Mutex, type MutexInterface } from 'async-mutex';
import type { DataSource, QueryResult } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver.js';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';

const READS = /^\s*(SELECT|PRAGMA)\b/i;

/**
 * The embedded engine has one connection. TypeORM hands all callers one runner on it, so that a transaction
 * would swallow whatever others write before it ends, and a rollback would take that along. Here each caller
 * gets a runner of their own, and one mutex per file is held by a transaction from begin to end, or by a lone
 * statement while it runs.
 *
 * A transaction must therefore use its own runner only: a statement sent past it waits for ever.
 */
class EmbeddedQueryRunner extends BetterSqlite3QueryRunner {
  private unlock: MutexInterface.Releaser | undefined;

  constructor(
    driver: BetterSqlite3Driver,
    private readonly mutex: Mutex,
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
    return this.mutex.runExclusive(() =>
      READS.test(statement)
        ? super.query(statement, values, structured as true)
        : this.alone(() => super.query(statement, values, structured as true)),
    );
  }

  /**
   * Takes the file's write lock: a transaction that began by reading and wrote later would fail with
   * SQLITE_BUSY_SNAPSHOT, which waiting does not mend. Executed, not prepared: a prepared statement that met
   * SQLITE_BUSY stays half run, and no later transaction can commit beside it.
   */
  private async begin(): Promise<void> {
    const connection = (await this.connect()) as { exec(statement: string): void };
    connection.exec('BEGIN IMMEDIATE');
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
    this.unlock ??= await this.mutex.acquire();
    try {
      await super.startTransaction();
    } catch (error) {
      this.isTransactionActive = false;
      this.letOthersIn();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    this.letOthersIn();
  }

  override async rollbackTransaction(): Promise<void> {
    await super.rollbackTransaction();
    this.letOthersIn();
  }

  override async release(): Promise<void> {
    if (this.isTransactionActive) await super.rollbackTransaction().catch(() => undefined);
    this.isTransactionActive = false;
    this.letOthersIn();
    await super.release();
  }

  private letOthersIn(): void {
    if (this.isTransactionActive) return;
    this.unlock?.();
    this.unlock = undefined;
  }
}

/** Makes every query runner of an embedded data source one that takes its turn. */
export function serializeRunners(dataSource: DataSource): void {
  const driver = dataSource.driver as BetterSqlite3Driver;
  const mutex = new Mutex();
  const statements = new Map<string, unknown>();
  driver.createQueryRunner = () => new EmbeddedQueryRunner(driver, mutex, statements);
}
