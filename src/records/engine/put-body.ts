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

/** The body of a PUT: what it writes, and what it repeats of fields that only the product sets. */
export interface PutBody {
  row: Record<string, unknown>;
  readOnly: Record<string, unknown>;
}

/**
 * What the largest valid record of a type needs, and `SMALL_BODY` for names, white space, and what a GET or PUT answered
 * beside the record's own fields.
 */
export function putBounds({ input }: RecordType): Partial<BodyBounds> {
  const bytes = fieldsOf(input).reduce((sum, { maxBytes }) => sum + maxBytes, SMALL_BODY.bytes);
  return { bytes };
}

/** The fields that only the product sets, as its answers show them. */
const READ_ONLY: Record<string, (stored: StoredRow, type: RecordType) => unknown> = {
  internalId: ({ id }) => id,
  createdAt: ({ createdAt }) => toIsoInstant(createdAt),
  updatedAt: ({ updatedAt }) => toIsoInstant(updatedAt),
  syncStatus: ({ syncStatus }) => syncStatus,
  lastSyncedAt: ({ lastSyncedAt }) => toIsoInstant(lastSyncedAt),
  warnings: storedWarnings,
};

/**
 * Takes apart what a GET or PUT gave and a caller sends back. The path says which record it is, and the body may repeat
 * that but not contradict it.
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
 * Of a record that is not there nothing can be repeated but null.
 * @throws PRECONDITION_FAILED that names a field which is not what is stored: the record changed since it was read.
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

/** What the answer to a PUT of what is stored warns of. */
function storedWarnings(stored: StoredRow, type: RecordType): RowWarning[] {
  const content = stored.content();
  const values = Object.fromEntries(type.content.map(({ field }, at) => [field, content[at] ?? null]));
  const { id: internalId, externalId } = stored;
  return rowWarnings([{ status: 'UPDATED', externalId, internalId, warnings: warningsOf(type, values) }]);
}

function textOf(shown: unknown): string {
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}

/** Whether both are times and the same one, such as `…T08:00:00Z` and `…T08:00:00.000Z`. */
function isSameInstant(given: unknown, shown: unknown): boolean {
  if (typeof given !== 'string' || typeof shown !== 'string') return false;
  const instant = parseInstant(given);
  return instant !== undefined && instant.getTime() === parseInstant(shown)?.getTime();
}
