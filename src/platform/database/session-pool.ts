import mysql, { type Pool, type PoolConnection, type PoolOptions, type QueryError } from 'mysql2';
import { DeadlineExceeded, isUnavailable } from './database-errors.js';

/** Time limit of one statement, and of the wait for a free connection. */
export const STATEMENT_MS = 10_000;
const STATEMENT_SECONDS = STATEMENT_MS / 1_000;
const ROW_LOCK_SECONDS = 5;
/** Node keeps one timer list for each duration. Rounded durations need fewer lists. */
const TIMER_STEP_MS = 100;

/**
 * Settings of every connection, whatever the server's defaults are.
 * - READ COMMITTED: the product locks the rows that it decides on. The gap locks of REPEATABLE READ would
 *   only cause deadlocks between inserts.
 * - Strict mode, so values are never cut.
 * - Backslash escapes stay on, because the driver uses them in bulk statements.
 */
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'",
];

/**
 * The server ends statements that the product no longer waits for. MySQL's limit is in milliseconds and
 * covers only reads.
 */
const SESSION_LIMITS = {
  mysql: `SET SESSION innodb_lock_wait_timeout = ${ROW_LOCK_SECONDS}, lock_wait_timeout = ${STATEMENT_SECONDS},
    max_execution_time = ${STATEMENT_MS}`,
  mariadb: `SET SESSION innodb_lock_wait_timeout = ${ROW_LOCK_SECONDS}, lock_wait_timeout = ${STATEMENT_SECONDS},
    max_statement_time = ${STATEMENT_SECONDS}`,
};

type Flavour = keyof typeof SESSION_LIMITS;
type Done = (error: QueryError | null, ...results: unknown[]) => void;
type Run = (statement: unknown, ...valuesAndDone: unknown[]) => unknown;

/** Pools with time limits. Migrations run before that and may take longer. */
const limited = new WeakSet<Pool>();
/** Deadline of a transaction's connection, in milliseconds since 1970. */
const deadlines = new WeakMap<PoolConnection, number>();

/** Returns the mysql2 driver with the pools of `createSessionPool`. */
export function sessionDriver(flavour: Flavour): typeof mysql {
  return {
    ...mysql,
    createPool: (options: PoolOptions) => createSessionPool(options, flavour),
  } as typeof mysql;
}

/** Limits every later statement of this pool to `STATEMENT_MS`. */
export function limitStatements(pool: Pool): void {
  limited.add(pool);
}

/** Sets the deadline of a connection until it is released. */
export function setDeadline(connection: PoolConnection, deadlineAt: number): void {
  deadlines.set(connection, deadlineAt);
}

/**
 * Takes a free connection, which the caller releases.
 * @throws {DeadlineExceeded} if none becomes free in time
 */
export function acquire(pool: Pool, deadlineAt: number): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error) return reject(error);
      setDeadline(connection, deadlineAt);
      resolve(connection);
    });
  });
}

function createSessionPool(options: PoolOptions, flavour: Flavour): Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    for (const statement of SESSION) {
      connection.query(statement, (error) => {
        if (error) connection.destroy();
      });
    }
    guard(connection, pool);
  });
  boundWaiting(pool, flavour);
  return pool;
}

/**
 * Limits the wait for a connection, which the driver does not. A connection that comes too late goes back to
 * the pool.
 */
function boundWaiting(pool: Pool, flavour: Flavour): void {
  const getConnection = pool.getConnection.bind(pool);
  const limitedSessions = new WeakSet<PoolConnection>();
  const prepare = (connection: PoolConnection): void => {
    deadlines.delete(connection);
    if (!limited.has(pool) || limitedSessions.has(connection)) return;
    limitedSessions.add(connection);
    connection.query(SESSION_LIMITS[flavour], (error) => {
      if (error) connection.destroy();
    });
  };
  pool.getConnection = (done) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      done(new DeadlineExceeded(), undefined as never);
    }, STATEMENT_MS);
    getConnection((error, connection) => {
      clearTimeout(timer);
      if (isLate) return connection?.release();
      if (!error) prepare(connection);
      done(isQueueFull(error) ? new DeadlineExceeded() : error, connection);
    });
  };
}

/** The driver reports a full queue only in the error's message. */
function isQueueFull(error: Error | null): boolean {
  return error?.message === 'Queue limit reached.';
}

/**
 * Limits the time of each statement, also those of TypeORM.
 * After an error of the database itself, it closes the connection, so the pool never uses it again.
 */
function guard(connection: PoolConnection, pool: Pool): void {
  for (const method of ['query', 'execute'] as const) {
    const run = (connection[method] as unknown as Run).bind(connection);
    const guarded: Run = (statement, ...rest) => {
      const done = rest.at(-1);
      if (typeof done !== 'function') return run(statement, ...rest);
      const watched = watch(connection, done as Done);
      const timeout = msLeft(connection, pool);
      if (timeout !== undefined && timeout <= 0)
        return watched(new DeadlineExceeded() as unknown as QueryError);
      return run(withTimeout(statement, timeout), ...rest.slice(0, -1), watched);
    };
    Object.assign(connection, { [method]: guarded });
  }
}

function watch(connection: PoolConnection, done: Done): Done {
  return (error, ...results) => {
    if (error && isUnavailable(error)) end(connection);
    done(error, ...results);
  };
}

/** Closes the socket at once. The driver's `destroy` alone waits for the other side. */
function end(connection: PoolConnection): void {
  connection.destroy();
  (connection as unknown as { stream?: { destroy(): void } }).stream?.destroy();
}

/** Returns the time limit of the next statement in milliseconds; undefined if there is none. */
function msLeft(connection: PoolConnection, pool: Pool): number | undefined {
  const deadlineAt = deadlines.get(connection);
  if (deadlineAt !== undefined) {
    const left = Math.min(STATEMENT_MS, deadlineAt - Date.now());
    return left - (left % TIMER_STEP_MS);
  }
  return limited.has(pool) ? STATEMENT_MS : undefined;
}

function withTimeout(statement: unknown, timeout: number | undefined): unknown {
  if (timeout === undefined) return statement;
  return typeof statement === 'string'
    ? { sql: statement, timeout }
    : Object.assign(statement as object, { timeout });
}
