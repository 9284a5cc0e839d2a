import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  KeyColumn,
  RefColumn,
} from '../../platform/database/columns.js';

export const SYNC_STATUSES = ['SYNCED', 'ERROR'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

/** The columns that every record type has, whatever else it holds. */
export abstract class RecordEntity {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @RefColumn()
  integrationId!: string;

  /** The record's id in the ERP: unique per integration, compared exactly. */
  @KeyColumn(255)
  externalId!: string;

  /** SHA-256 of the content: a row that would not change it is not written. */
  @CodeColumn(43)
  contentHash!: string;

  /** Counts the writes; the ETag. */
  @IntColumn()
  version!: number;

  @CodeColumn(10)
  syncStatus!: SyncStatus;

  /** When a row for it was last accepted. */
  @InstantColumn()
  lastSyncedAt!: Date;

  @InstantColumn()
  createdAt!: Date;

  /** When it last changed: what `since` asks. */
  @InstantColumn()
  updatedAt!: Date;

  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;
}
