import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';

export const PERSONAL_TOKEN_ID_PREFIX = 'pat';

/** A personal API access token, without the raw token. It acts for its owner with their current roles. */
@Entity('personal_tokens')
@Index('uq_personal_tokens_hash', ['hash'], { unique: true })
@Index('ix_personal_tokens_user', ['userId', 'id'])
@Index('ix_personal_tokens_made_by', ['madeBy'])
export class PersonalToken {
  @IdColumn()
  id!: string;

  @RefColumn()
  userId!: string;

  @TextColumn(255)
  name!: string;

  /** SHA-256 of the whole raw token, in hex. */
  @CodeColumn(64)
  hash!: string;

  /** The first characters, by which its owner recognizes it: `eudr_pat_a1b2c3d4`. */
  @CodeColumn(20)
  prefix!: string;

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
