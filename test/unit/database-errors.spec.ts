import { isRetryable, isUnavailable, mayBeDone } from '../../src/platform/database/database-errors.js';

/** An error as mysql2 throws it, inside the one that TypeORM wraps it in. */
const wrapped = (driverError: object): object => ({ driverError });

const FAULTS = [
  1021, 1030, 1040, 1044, 1045, 1047, 1053, 1114, 1129, 1142, 1143, 1180, 1203, 1226, 1290, 1317, 1836, 1927,
  1969, 3024, 4151,
];

it.each(FAULTS)('the error %s of a server is the database’s fault, and no reason to run again', (errno) => {
  expect([isUnavailable(wrapped({ errno })), isRetryable(wrapped({ errno }))]).toEqual([true, false]);
});

it.each(['08S01', '28000', '53300', '57P03', '70100'])('so is any error of SQLSTATE %s', (sqlState) => {
  expect(isUnavailable({ errno: 9_999, sqlState })).toBe(true);
});

it.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_READONLY_DBMOVED'])(
  'so is %s of the embedded file',
  (code) => {
    expect(isUnavailable({ code })).toBe(true);
  },
);

it.each([1213, 1205])('%s is a reason to run again', (errno) => {
  expect([isUnavailable({ errno }), isRetryable({ errno })]).toEqual([false, true]);
});

it('a deadlock that the engine meets only at COMMIT is one too', () => {
  const error = { errno: 1180, message: 'Got error 149 "Lock deadlock; Retry transaction" during COMMIT' };
  expect([isRetryable(error), mayBeDone(error)]).toEqual([true, false]);
});

it.each([1062, 1064, 1146, 1366, 1406])('%s is the statement’s own fault', (errno) => {
  expect([isUnavailable({ errno, sqlState: '42000' }), isRetryable({ errno })]).toEqual([false, false]);
});

it.each([
  ['a broken connection', { code: 'ECONNRESET', fatal: true }, true],
  ['a server that is not heard of in time', { code: 'PROTOCOL_SEQUENCE_TIMEOUT' }, true],
  ['a COMMIT that failed', { errno: 1180 }, true],
  ['a server that refuses', { errno: 1047 }, false],
  ['a server that is read-only', { errno: 1290 }, false],
])('after %s the statement may have been carried out: %s', (_, error, expected) => {
  expect(mayBeDone(error)).toBe(expected);
});
