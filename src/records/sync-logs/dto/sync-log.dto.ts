import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  type RowWarning,
  RUN_STATUSES,
  type RunMetadata,
  type RunStatus,
  SYNC_ACTIONS,
  type SyncAction,
  type SyncLog,
  LOGGED_TYPES,
  type LoggedType,
} from '../sync-log.entity.js';

class RefusedRow {
  @ApiProperty({ example: 'SUP-002' })
  externalId!: string;

  @ApiProperty({ example: 1 })
  index!: number;

  @ApiProperty({ example: 'Supplier name is required' })
  error!: string;
}

/** A warning about an accepted row. */
export class RowWarningResponse implements RowWarning {
  @ApiProperty({ example: 'SUP-003' })
  externalId!: string;

  @ApiProperty({ description: 'Index of the row in the request, from 0.', example: 2 })
  index!: number;

  @ApiProperty({ example: 'email' })
  path!: string;

  @ApiProperty({ example: 'email is not an email address' })
  warning!: string;
}

class RunMetadataResponse implements RunMetadata {
  @ApiProperty({ example: 1 })
  created!: number;

  @ApiProperty({ example: 8 })
  updated!: number;

  @ApiProperty({ description: 'Number of updated rows without changes.', example: 5 })
  unchanged!: number;

  @ApiProperty({ example: 0 })
  deleted!: number;

  @ApiProperty({ type: [RefusedRow] })
  errors!: RefusedRow[];

  @ApiPropertyOptional({ description: 'Number of errors that are not listed.', example: 430 })
  errorsLeftOut?: number;

  @ApiPropertyOptional({ type: [RowWarningResponse], description: 'Absent if there are none.' })
  warnings?: RowWarningResponse[];

  @ApiPropertyOptional({ description: 'Number of warnings that are not listed.', example: 12 })
  warningsLeftOut?: number;
}

/** One sync run. */
export class SyncLogResponse {
  @ApiProperty({ example: 'log_01kan2x5v6fkrb3m1s3c1v9y7t' })
  id!: string;

  @ApiProperty({ example: 'int_01kan2x5v6fkrb3m1s3c1v9y7t' })
  integrationId!: string;

  @ApiProperty({ enum: LOGGED_TYPES, example: 'SUPPLIER' })
  entityType!: LoggedType;

  @ApiProperty({ enum: SYNC_ACTIONS, description: '`FULL_SYNC` is a bulk call.', example: 'FULL_SYNC' })
  action!: SyncAction;

  @ApiProperty({ enum: RUN_STATUSES, example: 'PARTIAL' })
  status!: RunStatus;

  @ApiProperty({ example: 9 })
  recordsAffected!: number;

  @ApiProperty({ type: String, nullable: true, example: '1 of 10 rows were refused.' })
  errorMessage!: string | null;

  @ApiProperty({
    type: RunMetadataResponse,
    description: 'Counts, and the rejected rows with reasons: at most 64 kB per run and 640 kB per page.',
  })
  metadata!: RunMetadata;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  startedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-22T08:00:00.020Z' })
  completedAt!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.020Z' })
  createdAt!: string;

  static of(log: SyncLog): SyncLogResponse {
    const { companyId: _, startedAt, completedAt, createdAt, ...same } = log;
    return {
      ...same,
      startedAt: startedAt.toISOString(),
      completedAt: completedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    };
  }
}

/** A page of sync runs, latest first. */
export class SyncLogsResponse {
  @ApiProperty({ type: [SyncLogResponse] })
  data!: SyncLogResponse[];

  @ApiProperty({ example: 1 })
  total!: number;

  @ApiProperty({ example: 1 })
  page!: number;

  @ApiProperty({ example: 50 })
  limit!: number;

  @ApiProperty({ example: 1 })
  totalPages!: number;

  @ApiPropertyOptional({ description: 'Cursor of the next page. Absent on the last page.' })
  nextCursor?: string;
}
