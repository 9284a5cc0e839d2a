import { validationError } from '../../platform/errors/common.errors.js';
import type { BodyBounds } from '../../platform/http/body/body-bounds.js';
import { cutNames } from '../../platform/values/cut-text.js';
import { MAX_ROWS, RecordErrors } from '../record-types/record.errors.js';
import type { RecordType } from '../record-types/record-type.js';

/**
 * Limits of a bulk body: enough for `MAX_ROWS` rows, and for rows that are refused one by one, such as wide
 * rows or rows with long texts.
 */
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

/** A valid bulk body. Its rows are not checked yet. */
export interface BulkEnvelope {
  rows: Record<string, unknown>[];
  flags: Record<string, boolean>;
}

/**
 * Reads the outer part of a bulk body, as in `{"suppliers": [{…}, …]}`. Only an error here fails the whole
 * call; an error inside a row concerns only that row.
 * `BULK_BODY` has already refused more than 500 rows.
 * @throws VALIDATION_ERROR; nothing was written
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

/** Whether a JSON value is an object: neither null nor a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(path: string, message: string): Error {
  return validationError([{ path, message }]);
}
