import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  RefColumn,
  TextColumn,
} from '../platform/database/columns.js';

export const INTEGRATION_ID_PREFIX = 'int';

/** Types that people can choose. */
export const CONNECTED_TYPES = ['API_TOKEN', 'SAP', 'DYNAMICS', 'ORACLE', 'CUSTOM'] as const;
export type ConnectedType = (typeof CONNECTED_TYPES)[number];

/** All types, including those that the product creates for an OAuth application or a plugin. */
export const INTEGRATION_TYPES = [...CONNECTED_TYPES, 'OAUTH_APP', 'PLUGIN'] as const;
export type IntegrationType = (typeof INTEGRATION_TYPES)[number];

export const INTEGRATION_STATUSES = ['ACTIVE', 'INACTIVE', 'PENDING', 'ERROR'] as const;
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number];

/** Who starts a sync: the connected system, this product, or both. */
export const SYNC_METHODS = ['PUSH', 'PULL', 'BIDIRECTIONAL'] as const;
export type SyncMethod = (typeof SYNC_METHODS)[number];

/** One connected system of a company. Machine credentials belong to it. */
@Entity('integrations')
@Index('ix_integrations_live', ['companyId', 'deletedAt', 'id'])
@Index('ix_integrations_name', ['companyId', 'name', 'deletedAt'])
export class Integration {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @TextColumn(255)
  name!: string;

  @CodeColumn(20)
  type!: IntegrationType;

  @CodeColumn(20)
  status!: IntegrationStatus;

  /** Requests per minute for each of its tokens. Null means the configured default; 0 means no limit. */
  @IntColumn({ nullable: true })
  rateLimitPerMinute!: number | null;

  @CodeColumn(20, { default: 'PUSH' })
  syncMethod!: SyncMethod;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;

  /**
   * A deleted integration stays as a row, because its records are kept. Its routes and tokens no longer work.
   */
  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;
}
