import { type AppError, ErrorDefinition } from '../../platform/errors/app-error.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { cutText } from '../../platform/values/cut-text.js';
import type { RecordType } from './record-type.js';

/** Maximum number of records in one bulk call. */
export const MAX_ROWS = 500;

const batchTooLarge = new ErrorDefinition(
  'BATCH_TOO_LARGE',
  400,
  `A bulk call can have at most ${MAX_ROWS} records. Nothing was saved. Split the records into several calls.`,
);

/** Returns the name of a record in messages. */
export function nameOf({ label }: Pick<RecordType, 'label'>, externalId: string): string {
  return `${label.toLowerCase()} with externalId "${externalId}"`;
}

export const RecordErrors = {
  batchTooLarge,
  /**
   * The error for a missing record. A record of another integration or company gives the same one, so its
   * existence is not revealed.
   */
  notFound(type: Pick<RecordType, 'label'>, externalId: string): AppError {
    return CommonErrors.notFound.error({
      message: `No ${type.label.toLowerCase()} found with externalId "${cutText(externalId)}"`,
    });
  },
};
