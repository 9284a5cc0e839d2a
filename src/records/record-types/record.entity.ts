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

/** Columns of every record type. */
export abstract class RecordEntity {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @RefColumn()
  integrationId!: string;

  /** The record's id in the ERP. Unique in the integration, and compared exactly. */
  @KeyColumn(255)
  externalId!: string;

  /** SHA-256 of the content. A row with the same hash is not written. */
  @CodeColumn(43)
  contentHash!: string;

  /** Counts the writes of the record. The ETag contains it. */
  @IntColumn()
  version!: number;

  @CodeColumn(10)
  syncStatus!: SyncStatus;

  /** When a row for the record was last accepted. */
  @InstantColumn()
  lastSyncedAt!: Date;

  @InstantColumn()
  createdAt!: Date;

  /** When the record last changed. `since` compares it. */
  @InstantColumn()
  updatedAt!: Date;

  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;
}
