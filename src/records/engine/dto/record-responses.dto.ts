import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { cutText } from '../../../platform/values/cut-text.js';
import { RowWarningResponse } from '../../sync-logs/dto/sync-log.dto.js';
import { rowErrors, rowWarnings, type UpsertOutcome } from '../upsert.engine.js';
import { SYNC_STATUSES, type SyncStatus } from '../../record-types/record.entity.js';

const INTERNAL_ID = 'sup_01kan2x5v6fkrb3m1s3c1v9y7t';

class RowError {
  @ApiProperty({ description: 'Empty if the row has none.', example: 'SUP-002' })
  externalId!: string;

  @ApiProperty({ description: 'Index of the row in the request, from 0.', example: 1 })
  index!: number;

  @ApiProperty({ example: 'Supplier name is required' })
  error!: string;
}

class RowResult {
  @ApiProperty({ example: 'SUP-001' })
  externalId!: string;

  @ApiProperty({ description: 'Empty if the row was rejected.', example: INTERNAL_ID })
  internalId!: string;

  @ApiProperty({ enum: ['CREATED', 'UPDATED', 'ERROR'], example: 'CREATED' })
  status!: string;
}

/** The response to a bulk call. */
export class UpsertResponse {
  @ApiProperty({ description: 'false if there were rows and all were rejected.', example: true })
  success!: boolean;

  @ApiProperty({ example: 1 })
  created!: number;

  @ApiProperty({ description: 'Accepted rows of existing records, changed or not.', example: 0 })
  updated!: number;

  @ApiProperty({ type: [RowError], description: 'The rejected rows, with the reason.' })
  errors!: RowError[];

  @ApiProperty({ type: [RowResult], description: 'One per row, in the order of the request.' })
  records!: RowResult[];

  @ApiPropertyOptional({
    type: [RowWarningResponse],
    description: 'Problems in accepted rows, such as an invalid `email`. Absent if there are none.',
  })
  warnings?: RowWarningResponse[];

  static of(outcome: UpsertOutcome): UpsertResponse {
    const { rows, created, updated, extra } = outcome;
    const warnings = rowWarnings(rows);
    return {
      success: rows.length === 0 || created + updated > 0,
      created,
      updated,
      errors: rowErrors(rows),
      records: rows.map(({ externalId, internalId, status }) => ({
        externalId: cutText(externalId),
        internalId,
        status,
      })),
      ...(warnings.length > 0 ? { warnings } : {}),
      ...extra,
    };
  }
}

class ListedRecordResponse {
  @ApiProperty({ example: 'SUP-001' })
  externalId!: string;

  @ApiProperty({ example: INTERNAL_ID })
  internalId!: string;

  @ApiProperty({ example: 'Fazenda Santa Inês' })
  name!: string;

  @ApiProperty({
    enum: SYNC_STATUSES,
    description:
      '`SYNCED`: the last write was accepted. `ERROR`: the last row was rejected; see the sync log.',
    example: 'SYNCED',
  })
  syncStatus!: SyncStatus;

  @ApiProperty({
    format: 'date-time',
    description: 'When a row for the record was last accepted.',
    example: '2026-11-22T08:00:00.000Z',
  })
  lastSyncedAt!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Only on deleted records, which are listed with `since`.',
  })
  deletedAt?: string;
}

/** A page of records. */
export class RecordListResponse {
  @ApiProperty({ type: [ListedRecordResponse] })
  entities!: ListedRecordResponse[];

  @ApiProperty({
    description:
      'Exact number of records on all pages. With `since` or `externalIds`: those that match when the first page is read.',
    example: 1,
  })
  total!: number;

  @ApiProperty({ example: 1 })
  page!: number;

  @ApiProperty({ example: 50 })
  limit!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Send it as `cursor` to get the next page. null on the last page.',
    example: null,
  })
  nextCursor!: string | null;
}
