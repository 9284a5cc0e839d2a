import mysql, { type Pool, type PoolConnection, type PoolOptions, type QueryError } from 'mysql2';
import { DeadlineExceeded, isUnavailable } from './database-errors.js';

/** How long one statement may take, and how long a caller waits for a free connection. */
export const STATEMENT_MS = 10_000;
const STATEMENT_SECONDS = STATEMENT_MS / 1_000;
const ROW_LOCK_SECONDS = 5;
/** Node keeps a list of timers for each duration; few durations make few lists. */
const TIMER_STEP_MS = 100;

/**
 * How every connection works, whatever the server's defaults are. It reads what is committed: the product locks
 * the rows it decides on, and the gap locks of REPEATABLE READ would only make concurrent inserts deadlock. It is
 * strict, so that nothing is cut short; and backslashes escape, for the driver quotes bulk statements with them.
 */
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,NO_ENGINE_SUBSTITUTION'",
];

/** The server ends what the product no longer waits for: MySQL counts milliseconds, and of reads only. */
const SESSION_LIMITS = {
  mysql: `SET SESSION innodb_lock_wait_timeout = ${ROW_LOCK_SECONDS}, lock_wait_timeout = ${STATEMENT_SECONDS},
    max_execution_time = ${STATEMENT_MS}`,
  mariadb: `SET SESSION innodb_lock_wait_timeout = ${ROW_LOCK_SECONDS}, lock_wait_timeout = ${STATEMENT_SECONDS},
    max_statement_time = ${STATEMENT_SECONDS}`,
};

type Flavour = keyof typeof SESSION_LIMITS;
type Done = (error: QueryError | null, ...results: unknown[]) => void;
type Run = (statement: unknown, ...valuesAndDone: unknown[]) => unknown;

/** Pools whose statements are limited in time. Until then migrations run, which may take longer. */
const limited = new WeakSet<Pool>();
/** The moment by which a transaction's connection must have done its work, in milliseconds since 1970. */
const deadlines = new WeakMap<PoolConnection, number>();

/** A driver of mysql2 whose pools are `createSessionPool`'s. */
export function sessionDriver(flavour: Flavour): typeof mysql {
  return {
    ...mysql,
    createPool: (options: PoolOptions) => createSessionPool(options, flavour),
  } as typeof mysql;
}

/** From now on no statement of this pool takes longer than `STATEMENT_MS`. */
export function limitStatements(pool: Pool): void {
  limited.add(pool);
}

/** What the connection does from now on, until it is given back, must be done by then. */
export function setDeadline(connection: PoolConnection, deadlineAt: number): void {
  deadlines.set(connection, deadlineAt);
}

/** A free connection, to be released. @throws {DeadlineExceeded} where none comes free in time. */
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

/** The driver itself lets callers wait for a connection for ever. A connection that comes too late goes back. */
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

/** The driver tells by its message alone that `queueLimit` callers wait already. */
function isQueueFull(error: Error | null): boolean {
  return error?.message === 'Queue limit reached.';
}

/**
 * Ends each statement in time, and the connection with it where the database is at fault: a connection that has
 * seen such an error is never used again. It holds for TypeORM's statements as for the product's own.
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

/** Not as the driver's `destroy` does, which waits for the other side to hear of it. */
function end(connection: PoolConnection): void {
  connection.destroy();
  (connection as unknown as { stream?: { destroy(): void } }).stream?.destroy();
}

/** How long the next statement may take; undefined where nothing limits it. */
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
