import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';

export const PRIVATE_TOKEN_ID_PREFIX = 'prv';

/** The stored part of a long-lived JWT: enough to list and to revoke it. Its id is the `jti` of the JWT. */
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

  /** SHA-256 of the whole JWT in hex, to find a leaked one. */
  @CodeColumn(64)
  hash!: string;

  /** Whole seconds, as in JWTs. */
  @InstantColumn()
  expiresAt!: Date;

  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;

  /** Id of the credential that created it, or `command`. Null in rows that are older than the column. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  /** Id of the credential that last changed it. Null if there was no change. */
  @RefColumn({ nullable: true })
  changedBy!: string | null;

  @InstantColumn()
  createdAt!: Date;
}
