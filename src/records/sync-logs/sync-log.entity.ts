import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';
import { ENTITY_TYPES, type EntityType } from '../record-types/record-type.js';

export const SYNC_LOG_ID_PREFIX = 'log';

/** Subjects of a log entry: a record type, or a webhook that was disabled. */
export const LOGGED_TYPES = [...ENTITY_TYPES, 'WEBHOOK'] as const;
export type LoggedType = EntityType | 'WEBHOOK';

export const SYNC_ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'FULL_SYNC'] as const;
export type SyncAction = (typeof SYNC_ACTIONS)[number];

export const RUN_STATUSES = ['SUCCESS', 'ERROR', 'PARTIAL', 'IN_PROGRESS'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** An unusual value in an accepted row, such as an invalid email address. */
export interface RowWarning {
  externalId: string;
  index: number;
  path: string;
  warning: string;
}

/** The counts of a run and its refused rows, as far as 64 kB of JSON allow. */
export interface RunMetadata {
  created: number;
  updated: number;
  /** Number of updated rows that changed nothing. */
  unchanged: number;
  deleted: number;
  errors: { externalId: string; index: number; error: string }[];
  /** Number of errors that are left out; undefined if there are none. */
  errorsLeftOut?: number;
  /** Undefined if there are none. */
  warnings?: RowWarning[];
  /** Number of warnings that are left out, if known; undefined if there are none. */
  warningsLeftOut?: number;
}

/** The log of one sync run: a bulk call, or a write of a single record. */
@Entity('sync_logs')
@Index('ix_sync_logs_integration', ['integrationId', 'id'])
@Index('ix_sync_logs_status', ['integrationId', 'status', 'id'])
@Index('ix_sync_logs_type', ['integrationId', 'entityType', 'id'])
export class SyncLog {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @RefColumn()
  integrationId!: string;

  @CodeColumn(20)
  entityType!: LoggedType;

  @CodeColumn(20)
  action!: SyncAction;

  @CodeColumn(20)
  status!: RunStatus;

  @IntColumn()
  recordsAffected!: number;

  @TextColumn(1000, { nullable: true })
  errorMessage!: string | null;

  @JsonColumn()
  metadata!: RunMetadata;

  @InstantColumn()
  startedAt!: Date;

  @InstantColumn({ nullable: true })
  completedAt!: Date | null;

  @InstantColumn()
  createdAt!: Date;
}
