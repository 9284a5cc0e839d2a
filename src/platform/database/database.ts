import type { Pool, PoolConnection } from 'mysql2';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../errors/app-error.js';
import { CommonErrors, outcomeUnknown, unavailable } from '../errors/common.errors.js';
import { ENGINE } from '../config/engine.js';
import type { Logger } from '../logging/logger.js';
import { CommitUncertain, isIncomparable, isRetryable, isUnavailable } from './database-errors.js';
import type { EmbeddedQueryRunner } from './embedded-query-runner.js';
import { Outage } from './outage.js';
import { limitStatements, setDeadline } from './session-pool.js';
import { type LoneSql, MysqlLoneSql, MysqlSql, type Sql, type SqlValue, uncertainIfLost } from './sql.js';

/** An open transaction: raw statements, and repositories through `manager`, on one connection. */
export interface Tx extends Sql {
  readonly manager: EntityManager;
  /** Runs an action right after the commit; never after a rollback. */
  afterCommit(action: () => void): void;
  /**
   * Runs an action after the transaction has finally failed, not before a retry. With OUTCOME_UNKNOWN the
   * transaction may still have committed.
   */
  afterFailure(action: (error: unknown) => Promise<void>): void;
}

const MAX_ATTEMPTS = 12;
const MAX_PAUSE_MS = 250;

/** Time limits of one piece of work in milliseconds, including all waits and retries. */
export interface DatabaseLimits {
  readMs: number;
  writeMs: number;
}

const USUAL_LIMITS: DatabaseLimits = { readMs: 10_000, writeMs: 30_000 };

/**
 * Access to the database on either engine. `transaction` groups statements; the methods of `Sql` run single
 * ones.
 * Before `open`, and while the server is away, every method throws SERVICE_UNAVAILABLE.
 */
export class Database implements Sql {
  private opened: { dataSource: DataSource; sql: LoneSql } | undefined;
  private readonly reads: Outage;
  private readonly writes: Outage;

  constructor(
    private readonly limits = USUAL_LIMITS,
    logger?: Logger,
  ) {
    this.reads = new Outage('reads', logger);
    this.writes = new Outage('writes', logger);
  }

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
    return retried(this.reads, this.limits.readMs, (deadlineAt) =>
      this.whenOpen().sql.select<Row>(statement, values, deadlineAt),
    );
  }

  /** @throws OUTCOME_UNKNOWN if the database's response was lost */
  write(statement: string, values?: SqlValue[]): Promise<number> {
    return retried(this.writes, this.limits.readMs, (deadlineAt) =>
      this.whenOpen().sql.write(statement, values, deadlineAt),
    );
  }

  /** Reads through repositories. Each statement runs on its own. */
  read<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return retried(this.reads, this.limits.readMs, () => work(this.dataSource.manager));
  }

  /**
   * Runs `work` in a transaction: everything is written, or nothing.
   * After a deadlock, a lock timeout, a lost race or a refused COMMIT it runs `work` again, so `work` must be
   * safe to repeat.
   * @throws SERVICE_UNAVAILABLE if the database is away, or if the last attempt met contention too; nothing
   * is written
   * @throws OUTCOME_UNKNOWN if the response to COMMIT was lost
   */
  async transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    let sequels = new TransactionCallbacks();
    try {
      return await retried(this.writes, this.limits.writeMs, (deadlineAt) =>
        attempt(this.dataSource, work, (sequels = new TransactionCallbacks()), deadlineAt),
      );
    } catch (error) {
      const told = runFailureCallbacks(sequels.onFailure, error);
      // While the database is away, the caller gets the error without waiting.
      if (!(error instanceof AppError && error.kind.status === 503)) await told;
      throw error;
    }
  }

  private whenOpen(): { dataSource: DataSource; sql: LoneSql } {
    if (!this.opened) throw unavailable(new Error('not connected yet'));
    return this.opened;
  }
}

/** Actions to run after the transaction. */
class TransactionCallbacks {
  readonly onCommit: (() => void)[] = [];
  readonly onFailure: ((error: unknown) => Promise<void>)[] = [];
}

async function runFailureCallbacks(
  actions: TransactionCallbacks['onFailure'],
  error: unknown,
): Promise<void> {
  for (const action of actions) await action(error);
}

/** The only place that retries after contention and that turns a database failure into a 503. */
async function retried<Result>(
  outage: Outage,
  limitMs: number,
  action: (deadlineAt: number) => Promise<Result>,
): Promise<Result> {
  const deadlineAt = Date.now() + limitMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      const result = await action(deadlineAt);
      outage.worked();
      return result;
    } catch (error) {
      const fault = error instanceof CommitUncertain ? error.cause : error;
      if (isUnavailable(fault)) outage.failed(fault);
      if (error instanceof CommitUncertain) throw outcomeUnknown(fault);
      if (isUnavailable(error)) throw unavailable(error);
      if (isIncomparable(error)) throw CommonErrors.notFound.error({ cause: error });
      if (!isRetryable(error)) throw error;
      if (attempts === MAX_ATTEMPTS || Date.now() >= deadlineAt) throw unavailable(error);
      await wait(Math.random() * Math.min(MAX_PAUSE_MS, 5 * 2 ** attempts));
    }
  }
}

async function attempt<Result>(
  dataSource: DataSource,
  work: (tx: Tx) => Promise<Result>,
  sequels: TransactionCallbacks,
  deadlineAt: number,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    if (ENGINE === 'mysql') setDeadline((await runner.connect()) as PoolConnection, deadlineAt);
    await runner.startTransaction();
    const result = await work(await txOf(runner, sequels));
    await runner.commitTransaction().catch(uncertainIfLost);
    for (const action of sequels.onCommit) action();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

async function txOf(runner: QueryRunner, { onCommit, onFailure }: TransactionCallbacks): Promise<Tx> {
  const more = {
    manager: runner.manager,
    afterCommit: (action: () => void) => void onCommit.push(action),
    afterFailure: (action: (error: unknown) => Promise<void>) => void onFailure.push(action),
  };
  if (ENGINE === 'embedded') return { ...(runner as EmbeddedQueryRunner).shared.held, ...more };
  return Object.assign(new MysqlSql((await runner.connect()) as PoolConnection), more);
}

function loneSql(dataSource: DataSource): LoneSql {
  if (ENGINE === 'embedded') return (dataSource.createQueryRunner() as EmbeddedQueryRunner).shared.lone;
  const pool = (dataSource.driver as MysqlDriver).pool as Pool;
  limitStatements(pool);
  return new MysqlLoneSql(pool);
}
