import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';

export const PERSONAL_TOKEN_ID_PREFIX = 'pat';

/** A personal API access token, without the token: it stands for its owner, with the roles they have now. */
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

  /** The first characters, by which a person recognizes the token: `eudr_pat_a1b2c3d4`. */
  @CodeColumn(20)
  prefix!: string;

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
