import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { cutText } from '../../../platform/values/cut-text.js';
import { RowWarningResponse } from '../../sync-logs/dto/sync-log.dto.js';
import { rowErrors, rowWarnings, type UpsertOutcome } from '../upsert.engine.js';
import { SYNC_STATUSES, type SyncStatus } from '../../record-types/record.entity.js';

const INTERNAL_ID = 'sup_01kan2x5v6fkrb3m1s3c1v9y7t';

class RowError {
  @ApiProperty({ description: 'Empty where the row had none.', example: 'SUP-002' })
  externalId!: string;

  @ApiProperty({ description: "The row's place in the call, from 0.", example: 1 })
  index!: number;

  @ApiProperty({ example: 'Supplier name is required' })
  error!: string;
}

class RowResult {
  @ApiProperty({ example: 'SUP-001' })
  externalId!: string;

  @ApiProperty({ description: 'Empty where the row was refused.', example: INTERNAL_ID })
  internalId!: string;

  @ApiProperty({ enum: ['CREATED', 'UPDATED', 'ERROR'], example: 'CREATED' })
  status!: string;
}

/** The response to a bulk call. */
export class UpsertResponse {
  @ApiProperty({ description: 'False only when there were rows and none was accepted.', example: true })
  success!: boolean;

  @ApiProperty({ example: 1 })
  created!: number;

  @ApiProperty({ description: 'Accepted rows of known records, changed or not.', example: 0 })
  updated!: number;

  @ApiProperty({ type: [RowError], description: 'The refused rows, with what to mend.' })
  errors!: RowError[];

  @ApiProperty({ type: [RowResult], description: 'One per given row, in the order given.' })
  records!: RowResult[];

  @ApiPropertyOptional({
    type: [RowWarningResponse],
    description:
      'What is strange about accepted rows, such as an `email` that is no address. Only where there is any.',
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
      '`SYNCED` the last write was accepted; `ERROR` the last row sent for it was refused (the sync log says why).',
    example: 'SYNCED',
  })
  syncStatus!: SyncStatus;

  @ApiProperty({
    format: 'date-time',
    description: 'When a row for it was last accepted.',
    example: '2026-11-22T08:00:00.000Z',
  })
  lastSyncedAt!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Only on deleted records, which show with `since`.',
  })
  deletedAt?: string;
}

/** A page of records. */
export class RecordListResponse {
  @ApiProperty({ type: [ListedRecordResponse] })
  entities!: ListedRecordResponse[];

  @ApiProperty({
    description:
      'What all pages show, exactly: live records; with `since` or `externalIds`, those that match when the first page is read, deleted ones with `since` too.',
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
    description: 'Give it as `cursor` for the next page; null on the last.',
    example: null,
  })
  nextCursor!: string | null;
}
