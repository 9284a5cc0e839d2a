import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  getSchemaPath,
  OmitType,
} from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { SYNC_STATUSES } from '../record-types/record.entity.js';
import { RowWarningResponse } from '../sync-logs/dto/sync-log.dto.js';
import { UpsertResponse } from './dto/record-responses.dto.js';
import { MAX_ROWS, RecordErrors } from '../record-types/record.errors.js';
import type { RecordType } from '../record-types/record-type.js';

const { validation, notFound, conflict, preconditionFailed } = CommonErrors;

function externalIdParam(type: RecordType): MethodDecorator {
  return ApiParam({
    name: 'externalId',
    schema: { type: 'string', maxLength: 255, example: type.exampleId },
    description: 'Id of the record in the ERP. Percent-encode reserved characters.',
  });
}

/** Precondition headers of a write. */
const preconditions = applyDecorators(
  ApiHeader({
    name: 'If-Match',
    required: false,
    description:
      'ETag of an earlier read, such as `"v1"`: write only if the record is unchanged. `*`: write only if the record exists.',
    schema: { type: 'string' },
  }),
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description:
      '`*`: write only if the record does not exist. ETags: write only if the record has none of them.',
    schema: { type: 'string' },
  }),
);

const instant = { type: 'string', format: 'date-time', example: '2026-11-22T08:00:00.000Z' };

/** Properties that the product adds to a record. */
function addedProperties(type: RecordType): Record<string, object> {
  return {
    internalId: { type: 'string', example: `${type.idPrefix}_01kan2x5v6fkrb3m1s3c1v9y7t` },
    createdAt: instant,
    updatedAt: instant,
  };
}

const warnings = { type: 'array', items: { $ref: getSchemaPath(RowWarningResponse) } };

/** Schema of a record in responses: the caller's fields, and those that the product adds. */
function wholeRecordSchema(type: RecordType, more: Record<string, object> = {}): object {
  return {
    allOf: [
      { $ref: getSchemaPath(type.input) },
      {
        type: 'object',
        required: ['internalId', 'createdAt', 'updatedAt'],
        properties: { ...addedProperties(type), ...more },
      },
    ],
  };
}

/** Schema of a PUT body. It accepts the response of a GET. */
function putSchema(type: RecordType, content: Type<object>): object {
  const status = { type: 'string', enum: [...SYNC_STATUSES] };
  const properties = {
    externalId: { type: 'string', description: 'Same as in the path.' },
    ...addedProperties(type),
    syncStatus: status,
    lastSyncedAt: instant,
    warnings,
  };
  return { allOf: [{ $ref: getSchemaPath(content) }, { type: 'object', properties }] };
}

/** Returns the record's schema without `externalId`, which a PUT has in its path. */
function contentOf(type: RecordType): Type<object> {
  const content = OmitType(type.input, ['externalId' as never]);
  Object.defineProperty(content, 'name', { value: `${type.label}Content` });
  return content;
}

/** Capitalizes a word for operation ids: `suppliers` becomes `Suppliers`. */
export function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function DocumentsBulk(type: RecordType): MethodDecorator {
  const flags = Object.fromEntries(
    (type.bulkFlags ?? []).map((name) => [name, { type: 'boolean', default: false }]),
  );
  return applyDecorators(
    ApiExtraModels(type.input, ...(type.bulkAnswer ? [type.bulkAnswer] : [])),
    ApiOperation({
      operationId: `upsert${capitalized(type.plural)}`,
      summary: `Create or update up to ${MAX_ROWS} ${type.plural}`,
      description:
        `Matches records by \`externalId\` within the integration. Valid rows are saved together. Rejected rows are listed in \`errors\` and do not stop the others. ` +
        'An omitted field stays unchanged. `null` clears a field. A row without changes counts as updated. ' +
        'It is safe to send the same call again. ' +
        (type.bulkDescription ?? ''),
    }),
    ApiBody({
      required: true,
      schema: {
        type: 'object',
        required: [type.plural],
        additionalProperties: false,
        properties: {
          [type.plural]: { type: 'array', maxItems: MAX_ROWS, items: { $ref: getSchemaPath(type.input) } },
          ...flags,
        },
      },
    }),
    ApiOkResponse({ type: type.bulkAnswer ?? UpsertResponse }),
    ApiErrors(validation, RecordErrors.batchTooLarge),
  );
}

export function DocumentsRecord(type: RecordType): MethodDecorator {
  return applyDecorators(
    externalIdParam(type),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'ETag of an earlier read, such as `"v1"`. Returns 304 if the record is unchanged.',
      schema: { type: 'string' },
    }),
    ApiOperation({ operationId: `get${type.label}`, summary: `Get a ${type.label.toLowerCase()}` }),
    ApiOkResponse({ schema: wholeRecordSchema(type) }),
    ApiNotModifiedResponse({ description: 'The record is unchanged since the given ETag.' }),
    ApiErrors(notFound),
  );
}

export function DocumentsPut(type: RecordType): MethodDecorator {
  const content = contentOf(type);
  return applyDecorators(
    ApiExtraModels(content, RowWarningResponse),
    externalIdParam(type),
    preconditions,
    ApiOperation({
      operationId: `put${type.label}`,
      summary: `Create or replace a ${type.label.toLowerCase()}`,
      description:
        'Omitted fields are cleared. You can send back the body of a GET: ' +
        '`internalId`, `createdAt`, `updatedAt`, `syncStatus` and `lastSyncedAt` must equal the stored values. ' +
        'If one of them, or `warnings`, differs, the call returns 412 and names it.',
    }),
    ApiBody({ required: true, schema: putSchema(type, content) }),
    ApiOkResponse({
      schema: wholeRecordSchema(type, { warnings }),
      description: 'The record was replaced.',
    }),
    ApiCreatedResponse({
      schema: wholeRecordSchema(type, { warnings }),
      description: 'The record was created, or restored after a deletion.',
    }),
    ApiErrors(validation, notFound, preconditionFailed),
  );
}

export function DocumentsDelete(type: RecordType): MethodDecorator {
  return applyDecorators(
    externalIdParam(type),
    preconditions,
    ApiOperation({
      operationId: `delete${type.label}`,
      summary: `Delete a ${type.label.toLowerCase()}`,
      description:
        'Lists with `since` still show the deleted record. A new write with the same `externalId` restores it.',
    }),
    ApiNoContentResponse({ description: 'The record is deleted.' }),
    ApiErrors(notFound, preconditionFailed, conflict),
  );
}
