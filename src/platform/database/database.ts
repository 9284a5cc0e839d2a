import type { Pool, PoolConnection } from 'mysql2';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { setTimeout as wait } from 'node:timers/promises';
import { CommonErrors, unavailable } from '../errors/common.errors.js';
import { ENGINE } from '../config/engine.js';
import { isIncomparable, isRetryable, isUnreachable } from './database-errors.js';
import type { EmbeddedQueryRunner } from './embedded-query-runner.js';
import { MysqlSql, type Sql, type SqlValue } from './sql.js';

/** A transaction in hand: raw statements, and repositories through `manager`, on one connection. */
export interface Tx extends Sql {
  readonly manager: EntityManager;
  /** Has something done at once when the transaction has committed; not if it does not. */
  afterCommit(action: () => void): void;
  /** Has something done when the transaction has failed for good, not when it merely runs again. */
  afterFailure(action: (error: unknown) => Promise<void>): void;
}

const MOST_ATTEMPTS = 12;
const LONGEST_PAUSE_MS = 250;

/**
 * The product's way to its database, on either engine: `transaction` for whatever must hold together, the
 * methods of `Sql` for a statement that stands alone. Until `open` was called, and whenever the server is
 * away, everything throws SERVICE_UNAVAILABLE.
 */
export class Database implements Sql {
  private opened: { dataSource: DataSource; sql: Sql } | undefined;

  open(dataSource: DataSource): void {
    this.opened = { dataSource, sql: loneSql(dataSource) };
  }

  async close(): Promise<void> {
    const dataSource = this.opened?.dataSource;
    this.opened = undefined;
    await dataSource?.destroy();
  }

  get dataSource(): DataSource {
    return this.whenOpen().dataSource;
  }

  select<Row>(statement: string, values?: SqlValue[]): Promise<Row[]> {
    return retried(() => this.whenOpen().sql.select<Row>(statement, values));
  }

  write(statement: string, values?: SqlValue[]): Promise<number> {
    return retried(() => this.whenOpen().sql.write(statement, values));
  }

  /** Reads through repositories, each statement on its own. */
  read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return retried(() => work(this.dataSource.manager));
  }

  /**
   * Runs `work` in a transaction: all of it is written, or nothing. A deadlock, a lock timeout, a lost race or
   * a refused COMMIT runs the whole again, so `work` must do nothing that it may not do twice.
   * @throws SERVICE_UNAVAILABLE when the database is away or stayed contended to the last attempt.
   */
  async transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    let sequels = new Sequels();
    try {
      return await retried(() => attempt(this.dataSource, work, (sequels = new Sequels())));
    } catch (error) {
      for (const action of sequels.onFailure) await action(error);
      throw error;
    }
  }

  private whenOpen(): { dataSource: DataSource; sql: Sql } {
    if (!this.opened) throw unavailable(new Error('not connected yet'));
    return this.opened;
  }
}

/** What a transaction's work wants done after it, whichever way it ends. */
class Sequels {
  readonly onCommit: (() => void)[] = [];
  readonly onFailure: ((error: unknown) => Promise<void>)[] = [];
}

/** The one place where contention is met with patience. */
async function retried<Result>(action: () => Promise<Result>): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await action();
    } catch (error) {
      if (isUnreachable(error)) throw unavailable(error);
      if (isIncomparable(error)) throw CommonErrors.notFound.error({ cause: error });
      if (!isRetryable(error)) throw error;
      if (attempts === MOST_ATTEMPTS) throw unavailable(error);
      await wait(Math.random() * Math.min(LONGEST_PAUSE_MS, 5 * 2 ** attempts));
    }
  }
}

async function attempt<Result>(
  dataSource: DataSource,
  work: (tx: Tx) => Promise<Result>,
  sequels: Sequels,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    const result = await work(await txOf(runner, sequels));
    await runner.commitTransaction();
    for (const action of sequels.onCommit) action();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

async function txOf(runner: QueryRunner, { onCommit, onFailure }: Sequels): Promise<Tx> {
  const more = {
    manager: runner.manager,
    afterCommit: (action: () => void) => void onCommit.push(action),
    afterFailure: (action: (error: unknown) => Promise<void>) => void onFailure.push(action),
  };
  if (ENGINE === 'embedded') return { ...(runner as EmbeddedQueryRunner).shared.held, ...more };
  return Object.assign(new MysqlSql((await runner.connect()) as PoolConnection), more);
}

function loneSql(dataSource: DataSource): Sql {
  if (ENGINE === 'embedded') return (dataSource.createQueryRunner() as EmbeddedQueryRunner).shared.lone;
  return new MysqlSql((dataSource.driver as MysqlDriver).pool as Pool);
}
