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

/** What a log entry can be about: a record type, or a webhook that was disabled. */
export const LOGGED_TYPES = [...ENTITY_TYPES, 'WEBHOOK'] as const;
export type LoggedType = EntityType | 'WEBHOOK';

export const SYNC_ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'FULL_SYNC'] as const;
export type SyncAction = (typeof SYNC_ACTIONS)[number];

export const RUN_STATUSES = ['SUCCESS', 'ERROR', 'PARTIAL', 'IN_PROGRESS'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What is strange about an accepted row, such as an `email` that is no address. */
export interface RowWarning {
  externalId: string;
  index: number;
  path: string;
  warning: string;
}

/** What a sync run did, row by refused row, as far as 64 kB of JSON go. */
export interface RunMetadata {
  created: number;
  updated: number;
  /** How many of the updated rows changed nothing. */
  unchanged: number;
  deleted: number;
  errors: { externalId: string; index: number; error: string }[];
  /** How many more errors there were; only where there were any. */
  errorsLeftOut?: number;
  /** Only where there are any. */
  warnings?: RowWarning[];
  /** How many more warnings there were, where that is known; only where there were any. */
  warningsLeftOut?: number;
}

/** The record of one sync run: a bulk call, or a write of a single record. */
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
