import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  TextColumn,
} from '../platform/database/columns.js';

export const TOKEN_ID_PREFIX = 'tok';

/** An integration token. Only the hash of the raw token is stored. */
@Entity('tokens')
@Index('uq_tokens_hash', ['hash'], { unique: true })
@Index('ix_tokens_integration', ['integrationId', 'id'])
@Index('ix_tokens_made_by', ['madeBy'])
@Index('ix_tokens_changed_by', ['changedBy'])
@Index('ix_tokens_live', ['companyId', 'revokedAt', 'expiresAt'])
export class Token {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @RefColumn()
  integrationId!: string;

  @TextColumn(255)
  name!: string;

  /** SHA-256 of the whole raw token, in hex. */
  @CodeColumn(64)
  hash!: string;

  /** The first characters, by which a person recognizes it: `eudr_live_a1b2c3d4`. */
  @CodeColumn(20)
  prefix!: string;

  @JsonColumn()
  scopes!: string[];

  @IntColumn({ nullable: true })
  rateLimitPerMinute!: number | null;

  @InstantColumn({ nullable: true })
  expiresAt!: Date | null;

  @InstantColumn({ nullable: true })
  revokedAt!: Date | null;

  /** Last use, accurate to about a minute. */
  @InstantColumn({ nullable: true })
  lastUsedAt!: Date | null;

  /** Id of the credential that created it, or `command`. Null in rows that are older than the column. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  /** Id of the credential that last changed it. Null if there was no change. */
  @RefColumn({ nullable: true })
  changedBy!: string | null;

  @InstantColumn()
  createdAt!: Date;
}
