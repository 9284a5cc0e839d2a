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

/** An integration token, without the token: only its hash is kept. */
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

  /** The first characters, by which a person recognizes the token: `eudr_live_a1b2c3d4`. */
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

  /** When it was last accepted, to about a minute. */
  @InstantColumn({ nullable: true })
  lastUsedAt!: Date | null;

  /** The credential by which it was made, or `command`; null: from before that was kept. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  /** The same of its last change; null where there was none. */
  @RefColumn({ nullable: true })
  changedBy!: string | null;

  @InstantColumn()
  createdAt!: Date;
}
