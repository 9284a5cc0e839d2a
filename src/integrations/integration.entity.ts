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

/** What people connect. */
export const CONNECTED_TYPES = ['API_TOKEN', 'SAP', 'DYNAMICS', 'ORACLE', 'CUSTOM'] as const;
export type ConnectedType = (typeof CONNECTED_TYPES)[number];

/** Those too that the product makes by itself, for an OAuth application or a plugin. */
export const INTEGRATION_TYPES = [...CONNECTED_TYPES, 'OAUTH_APP', 'PLUGIN'] as const;
export type IntegrationType = (typeof INTEGRATION_TYPES)[number];

export const INTEGRATION_STATUSES = ['ACTIVE', 'INACTIVE', 'PENDING', 'ERROR'] as const;
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number];

/** Who begins a sync: the connected system, this one, or either. */
export const SYNC_METHODS = ['PUSH', 'PULL', 'BIDIRECTIONAL'] as const;
export type SyncMethod = (typeof SYNC_METHODS)[number];

/** One connected system of a company, parent of its machine credentials. */
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

  /** Requests a minute for each of its tokens; null takes the service's default, 0 is none. */
  @IntColumn({ nullable: true })
  rateLimitPerMinute!: number | null;

  @CodeColumn(20, { default: 'PUSH' })
  syncMethod!: SyncMethod;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;

  /** A removed one stays, for the records that came by it must be kept; nothing of it can be called any more. */
  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;
}
