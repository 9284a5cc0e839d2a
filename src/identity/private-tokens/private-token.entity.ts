import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';

export const PRIVATE_TOKEN_ID_PREFIX = 'prv';

/** What is kept of a long-lived JWT, whose `jti` is the id: enough to list it and to end it. */
@Entity('private_tokens')
@Index('uq_private_tokens_hash', ['hash'], { unique: true })
@Index('ix_private_tokens_live', ['userId', 'companyId', 'deletedAt', 'id'])
@Index('ix_private_tokens_live_name', ['userId', 'companyId', 'deletedAt', 'name', 'id'])
@Index('ix_private_tokens_live_expiry', ['userId', 'companyId', 'deletedAt', 'expiresAt', 'id'])
@Index('ix_private_tokens_made_by', ['madeBy'])
export class PrivateToken {
  @IdColumn()
  id!: string;

  @RefColumn()
  userId!: string;

  @RefColumn()
  companyId!: string;

  @TextColumn(255)
  name!: string;

  /** SHA-256 of the whole JWT, in hex: by it a leaked one is found. */
  @CodeColumn(64)
  hash!: string;

  /** In whole seconds, as JWTs count. */
  @InstantColumn()
  expiresAt!: Date;

  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;

  /** The credential by which it was made, or `command`; null: from before that was kept. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  /** The same of its last change; null where there was none. */
  @RefColumn({ nullable: true })
  changedBy!: string | null;

  @InstantColumn()
  createdAt!: Date;
}
