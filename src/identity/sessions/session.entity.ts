import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CodeColumn, IdColumn, InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

export const SESSION_ID_PREFIX = 'ses';

/** Why a session ended early. */
export type EndedReason =
  | 'SIGNED_OUT'
  | 'REFRESH_REUSED'
  | 'LEAKED'
  | 'IDLE'
  | 'EXPIRED'
  | 'TOO_MANY'
  | 'PASSWORD_CHANGED'
  | 'USER_DISABLED'
  | 'MEMBERSHIP_REMOVED'
  | 'ADDRESS_VERIFIED';

/** A person's sign-in to one company, with all its refresh and access tokens. */
@Entity('sessions')
@Index('ix_sessions_user', ['userId', 'endedAt'])
@Index('ix_sessions_open', ['endedAt', 'refreshedAt'])
export class Session {
  @IdColumn()
  id!: string;

  @RefColumn()
  userId!: string;

  @RefColumn()
  companyId!: string;

  /** `password`: how the person signed in. Null in rows that are older than the column. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  @InstantColumn()
  createdAt!: Date;

  /**
   * When the latest refresh token was issued. Null if the release before created or refreshed the session.
   */
  @InstantColumn({ nullable: true })
  refreshedAt!: Date | null;

  /** Latest expiry of all tokens of the session. */
  @InstantColumn()
  expiresAt!: Date;

  @InstantColumn({ nullable: true })
  endedAt!: Date | null;

  @CodeColumn(40, { nullable: true })
  endedReason!: EndedReason | null;
}

/** A refresh token. Only its hash is stored. */
@Entity('refresh_tokens')
@Index('ix_refresh_tokens_session', ['sessionId'])
@Index('ix_refresh_tokens_access', ['accessHash'])
export class RefreshToken {
  /** SHA-256 of the whole raw token, in hex. */
  @PrimaryColumn(shapes.code(64))
  hash!: string;

  @RefColumn()
  sessionId!: string;

  /**
   * Hash of the access token that was issued with it. Only the release before reads it; now a leaked access
   * token names its session.
   */
  @CodeColumn(64, { nullable: true })
  accessHash!: string | null;

  @InstantColumn()
  createdAt!: Date;

  /** A refresh token works once, and for ten more seconds. Later use ends its session. */
  @InstantColumn({ nullable: true })
  usedAt!: Date | null;
}
