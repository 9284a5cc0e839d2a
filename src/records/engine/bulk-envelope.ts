import { validationError } from '../../platform/errors/common.errors.js';
import type { BodyBounds } from '../../platform/http/body/body-bounds.js';
import { cutNames } from '../../platform/values/cut-text.js';
import { MAX_ROWS, RecordErrors } from '../record-types/record.errors.js';
import type { RecordType } from '../record-types/record-type.js';

/** What `MAX_ROWS` rows need, and what rows may hold that are refused by themselves: wide ones, long texts. */
export const BULK_BODY: Partial<BodyBounds> = {
  bytes: 10 * 1024 * 1024,
  depth: 32,
  values: 200_000,
  members: 1_000,
  items: MAX_ROWS,
  text: 1024 * 1024,
  tooManyItems: RecordErrors.batchTooLarge,
  judgesItems: true,
};

/** A bulk body that may be worked on. */
export interface BulkEnvelope {
  rows: Record<string, unknown>[];
  flags: Record<string, boolean>;
}

/**
 * Reads what surrounds the rows of a bulk call: `{"suppliers": [{…}, …]}`. Only this can fail a whole call;
 * what is inside a row is the row's own affair.
 * @throws VALIDATION_ERROR; then nothing was written. `BULK_BODY` has refused more than 500 rows by then.
 */
export function readBulkEnvelope(type: RecordType, body: unknown): BulkEnvelope {
  if (!isObject(body)) throw wrong('', `The body must be a JSON object such as {"${type.plural}": []}`);
  const known = [type.plural, ...(type.bulkFlags ?? [])];
  const unknown = Object.keys(body).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw wrong(unknown[0] as string, `Unknown field: ${cutNames(unknown)}. Known: ${known.join(', ')}`);
  }
  return { rows: readRows(type, body[type.plural]), flags: readFlags(type, body) };
}

function readRows({ plural }: RecordType, list: unknown): Record<string, unknown>[] {
  if (list === undefined) throw wrong(plural, `${plural} is required: a list of records`);
  if (!Array.isArray(list)) throw wrong(plural, `${plural} must be a list of records`);
  const strange = list.findIndex((item) => !isObject(item));
  if (strange !== -1) throw wrong(`${plural}[${strange}]`, `${plural}[${strange}] must be a JSON object`);
  return list as Record<string, unknown>[];
}

function readFlags(type: RecordType, body: Record<string, unknown>): Record<string, boolean> {
  const flags: Record<string, boolean> = {};
  for (const name of type.bulkFlags ?? []) {
    const given = body[name] ?? false;
    if (typeof given !== 'boolean') throw wrong(name, `${name} must be true or false`);
    flags[name] = given;
  }
  return flags;
}

/** Whether a JSON value is an object, and neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(path: string, message: string): Error {
  return validationError([{ path, message }]);
}
