import { isDeepStrictEqual } from 'node:util';
import { toIsoInstant } from '../../platform/database/instant.js';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { type BodyBounds, SMALL_BODY } from '../../platform/http/body/body-bounds.js';
import { fieldsOf } from '../fields/field.decorators.js';
import { parseInstant } from '../../platform/http/validation.js';
import { nameOf } from '../record-types/record.errors.js';
import type { RecordType } from '../record-types/record-type.js';
import { isObject } from './bulk-envelope.js';
import type { RowWarning } from '../sync-logs/sync-log.entity.js';
import type { StoredRow } from './record-table.js';
import { warningsOf } from './row-check.js';
import { rowWarnings } from './upsert.engine.js';

/** The parts of a PUT body: the row to write, and the read-only fields that the caller sent back. */
export interface PutBody {
  row: Record<string, unknown>;
  readOnly: Record<string, unknown>;
}

/**
 * Returns the body limit of a PUT: the largest valid record of the type, plus `SMALL_BODY` for names, white
 * space and read-only fields.
 */
export function putBounds({ input }: RecordType): Partial<BodyBounds> {
  const bytes = fieldsOf(input).reduce((sum, { maxBytes }) => sum + maxBytes, SMALL_BODY.bytes);
  return { bytes };
}

/** Fields that only the product sets, with the value that responses show. */
const READ_ONLY: Record<string, (stored: StoredRow, type: RecordType) => unknown> = {
  internalId: ({ id }) => id,
  createdAt: ({ createdAt }) => toIsoInstant(createdAt),
  updatedAt: ({ updatedAt }) => toIsoInstant(updatedAt),
  syncStatus: ({ syncStatus }) => syncStatus,
  lastSyncedAt: ({ lastSyncedAt }) => toIsoInstant(lastSyncedAt),
  warnings: storedWarnings,
};

/**
 * Splits the body of a PUT. The path names the record; the body may repeat its `externalId` but not
 * contradict it.
 * @throws VALIDATION_ERROR
 */
export function readPutBody(externalId: string, body: unknown): PutBody {
  if (!isObject(body)) throw validationError([{ path: '', message: 'The body must be a JSON object' }]);
  if (body['externalId'] !== undefined && body['externalId'] !== externalId) {
    throw validationError([
      { path: 'externalId', message: 'externalId must equal the one in the path, or be omitted' },
    ]);
  }
  const fields = Object.entries(body);
  return {
    row: { ...Object.fromEntries(fields.filter(([name]) => !Object.hasOwn(READ_ONLY, name))), externalId },
    readOnly: Object.fromEntries(fields.filter(([name]) => Object.hasOwn(READ_ONLY, name))),
  };
}

/**
 * Checks that read-only fields have their stored values. If the record does not exist, only null is accepted.
 * @throws PRECONDITION_FAILED with the field that differs; the record has changed since it was read
 */
export function requireReadOnly(
  type: RecordType,
  { row, readOnly }: PutBody,
  stored: StoredRow | undefined,
): void {
  for (const [name, given] of Object.entries(readOnly)) {
    const shown = stored ? READ_ONLY[name]?.(stored, type) : null;
    if (isDeepStrictEqual(given, shown) || isSameInstant(given, shown)) continue;
    const message = stored
      ? `${name} differs from the stored value ${textOf(shown)}. Read the record again, or omit ${name}.`
      : `There is no ${nameOf(type, row['externalId'] as string)}. Omit ${name} to create one.`;
    throw CommonErrors.preconditionFailed.error({ message, details: [{ path: name, message }] });
  }
}

/** Returns the warnings of a PUT that sends the stored record. */
function storedWarnings(stored: StoredRow, type: RecordType): RowWarning[] {
  const content = stored.content();
  const values = Object.fromEntries(type.content.map(({ field }, at) => [field, content[at] ?? null]));
  const { id: internalId, externalId } = stored;
  return rowWarnings([{ status: 'UPDATED', externalId, internalId, warnings: warningsOf(type, values) }]);
}

function textOf(shown: unknown): string {
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}

/** Whether both are the same point in time, such as `…T08:00:00Z` and `…T08:00:00.000Z`. */
function isSameInstant(given: unknown, shown: unknown): boolean {
  if (typeof given !== 'string' || typeof shown !== 'string') return false;
  const instant = parseInstant(given);
  return instant !== undefined && instant.getTime() === parseInstant(shown)?.getTime();
}
