/** A driver's error, wrapped by TypeORM or not. */
interface DriverError {
  code?: string;
  errno?: number;
  message?: string;
  fatal?: boolean;
  driverError?: DriverError;
}

function driverErrorOf(error: unknown): DriverError {
  const outer = (error ?? {}) as DriverError;
  return outer.driverError ?? outer;
}

const DEADLOCK = 1213;
const LOCK_WAIT_TIMEOUT = 1205;
const TABLE_EXISTS = 1050;
const DUPLICATE_ENTRY = 1062;
const ILLEGAL_MIX_OF_COLLATIONS = 1267;
/** 1040 too many connections, 1053 shutting down, 1290 read-only, 1836 read-only mode, 1927 connection killed. */
const SERVER_AWAY = new Set([1040, 1053, 1290, 1836, 1927]);
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
]);

/** The embedded engine's file: full disk, no permission, gone. */
const FILE_AWAY = new Set(['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN']);

/** Thrown inside a transaction to have the whole of it run again: another writer was first. */
export class WriteRace extends Error {}

/** Whether the same transaction, run again, may well succeed: a deadlock, a lock timeout, a busy file, a race. */
export function isRetryable(error: unknown): boolean {
  const { code, errno } = driverErrorOf(error);
  return (
    error instanceof WriteRace ||
    errno === DEADLOCK ||
    errno === LOCK_WAIT_TIMEOUT ||
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

/** Whether text beyond ASCII was to be compared with a column of ASCII: no row can hold it. */
export function isIncomparable(error: unknown): boolean {
  return driverErrorOf(error).errno === ILLEGAL_MIX_OF_COLLATIONS;
}

/** Whether a table was to be made that another process made first; TypeORM looks, then creates. */
export function isAlreadyThere(error: unknown): boolean {
  const { code, errno, message = '' } = driverErrorOf(error);
  return errno === TABLE_EXISTS || (code === 'SQLITE_ERROR' && message.endsWith('already exists'));
}

/** Whether the database could not be reached or does not take writes just now. */
export function isUnreachable(error: unknown): boolean {
  const { code, errno, fatal } = driverErrorOf(error);
  return (
    fatal === true || NETWORK.has(code ?? '') || FILE_AWAY.has(code ?? '') || SERVER_AWAY.has(errno ?? 0)
  );
}

/** For an insert after a look: a row that appeared in between means the transaction must look again. */
export function raceOnDuplicate(error: unknown): never {
  throw isDuplicate(error) ? new WriteRace('another writer was first') : error;
}
