/** An error of the database driver. TypeORM may wrap it. */
interface DriverError {
  code?: string;
  errno?: number;
  sqlState?: string;
  message?: string;
  fatal?: boolean;
  driverError?: DriverError;
}

function driverErrorOf(error: unknown): DriverError {
  const outer = (error ?? {}) as DriverError;
  return outer.driverError ?? outer;
}

const TABLE_EXISTS = 1050;
const DUPLICATE_ENTRY = 1062;
/** 1213 deadlock, 1205 lock wait timeout, 1020 the row changed since it was read (snapshot isolation). */
const RETRYABLE = new Set([1213, 1205, 1020]);
const ERROR_DURING_COMMIT = 1180;
/** MariaDB's text in error 1180 if the engine finds a deadlock only at COMMIT. */
const DEADLOCK_AT_COMMIT = /^Got error 149\b/;

/**
 * Errors of a MySQL or MariaDB server that cannot serve any request now.
 * - Connections: 1040 too many, 1129 host blocked, 1203 and 1226 too many of this user, 1927 killed.
 * - Access: 1044, 1045, 1142, 1143, 1227; 3118 and 4151 account locked.
 * - State: 1047 not in the cluster, 1053 shutting down, 1180 COMMIT failed, 1290, 1792 and 1836 read-only.
 * - Resources: 1021 disk full, 1030 storage error, 1037 and 1041 out of memory, 1114 table full, 1135 no
 *   thread.
 * - Interrupted: 1317, 1969 and 3024 time limit.
 */
const UNAVAILABLE = new Set([
  1021, 1030, 1037, 1040, 1041, 1044, 1045, 1047, 1053, 1114, 1129, 1135, 1142, 1143, 1180, 1203, 1226, 1227,
  1290, 1317, 1792, 1836, 1927, 1969, 3024, 3118, 4151,
]);

/** Classes of SQLSTATE: 08 connection, 28 authorization, 53 resources, 57 operator, 58 system, 70 interrupted. */
const UNAVAILABLE_CLASS = /^(08|28|53|57|58|70)/;

const ILLEGAL_MIX_OF_COLLATIONS = 1267;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
]);

/** Errors of the embedded engine's file: disk full, corrupt, no permission, missing. */
const FILE_AWAY = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PERM|AUTH|PROTOCOL)/;

/** After these errors the server may or may not have executed the statement. */
const MAY_BE_DONE = new Set([ERROR_DURING_COMMIT, 1053, 1317, 1927, 1969, 3024]);

/** Thrown inside a transaction to retry all of it: another writer was faster. */
export class WriteRace extends Error {}

/** A statement was not sent: the time limit was over, or no connection became free in time. */
export class DeadlineExceeded extends Error {
  readonly code = 'DEADLINE_EXCEEDED';

  constructor() {
    super('The database did not finish in time.');
  }
}

/** The response to a COMMIT was lost. The transaction may or may not have committed. */
export class CommitUncertain extends Error {}

/**
 * Whether a retry of the transaction may succeed: after a deadlock, a lock timeout, a busy file or a race.
 */
export function isRetryable(error: unknown): boolean {
  const { code, errno, message = '' } = driverErrorOf(error);
  return (
    error instanceof WriteRace ||
    RETRYABLE.has(errno ?? 0) ||
    (errno === ERROR_DURING_COMMIT && DEADLOCK_AT_COMMIT.test(message)) ||
    (typeof code === 'string' && code.startsWith('SQLITE_BUSY'))
  );
}

/** Whether a unique key refused the row. */
export function isDuplicate(error: unknown): boolean {
  const { code, errno } = driverErrorOf(error);
  return (
    errno === DUPLICATE_ENTRY ||
    code === 'SQLITE_CONSTRAINT_UNIQUE' ||
    code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
  );
}

/** Whether a statement compared non-ASCII text with an ASCII column. No row can match. */
export function isIncomparable(error: unknown): boolean {
  return driverErrorOf(error).errno === ILLEGAL_MIX_OF_COLLATIONS;
}

/** Whether another process has just created the same table. TypeORM checks first and then creates. */
export function isAlreadyThere(error: unknown): boolean {
  const { code, errno, message = '' } = driverErrorOf(error);
  return errno === TABLE_EXISTS || (code === 'SQLITE_ERROR' && message.endsWith('already exists'));
}

/**
 * Whether the database is at fault and not the statement: it is unreachable, read-only or full, it refuses
 * the login, or it did not respond in time.
 */
export function isUnavailable(error: unknown): boolean {
  const { code = '', errno, sqlState = '', fatal } = driverErrorOf(error);
  return (
    fatal === true ||
    error instanceof DeadlineExceeded ||
    NETWORK.has(code) ||
    UNAVAILABLE.has(errno ?? 0) ||
    UNAVAILABLE_CLASS.test(sqlState) ||
    FILE_AWAY.test(code)
  );
}

/**
 * Whether the server may have executed the failed statement: its response was lost, or its error code allows
 * it.
 */
export function mayBeDone(error: unknown): boolean {
  const { code = '', errno } = driverErrorOf(error);
  return !isRetryable(error) && (NETWORK.has(code) || MAY_BE_DONE.has(errno ?? 0));
}

/** Returns the error code for a log line. The message may quote a value, so it is not logged. */
export function codeOf(error: unknown): string {
  const { code, errno } = driverErrorOf(error);
  return String(code ?? errno ?? (error instanceof Error ? error.name : 'unknown'));
}

/**
 * For an insert after a lookup. If the row appeared in between, the transaction must run again.
 * @throws {WriteRace} for a duplicate row
 * @throws the given error otherwise
 */
export function raceOnDuplicate(error: unknown): never {
  throw isDuplicate(error) ? new WriteRace('another writer was first') : error;
}
