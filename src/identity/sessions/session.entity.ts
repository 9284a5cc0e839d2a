import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CodeColumn, IdColumn, InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

export const SESSION_ID_PREFIX = 'ses';

/** Why a session was ended before its time. */
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

/** A person signed in to one company: the family of all refresh and access tokens that came of one sign-in. */
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

  /** `password`: what the person signed in by; null: from before that was kept. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  @InstantColumn()
  createdAt!: Date;

  /** When its refresh token was given that was given last; null: the version before made or refreshed it. */
  @InstantColumn({ nullable: true })
  refreshedAt!: Date | null;

  /** No token of the session outlives it. */
  @InstantColumn()
  expiresAt!: Date;

  @InstantColumn({ nullable: true })
  endedAt!: Date | null;

  @CodeColumn(40, { nullable: true })
  endedReason!: EndedReason | null;
}

/** A refresh token, without the token: only its hash is kept. */
@Entity('refresh_tokens')
@Index('ix_refresh_tokens_session', ['sessionId'])
@Index('ix_refresh_tokens_access', ['accessHash'])
export class RefreshToken {
  /** SHA-256 of the whole raw token, in hex. */
  @PrimaryColumn(shapes.code(64))
  hash!: string;

  @RefColumn()
  sessionId!: string;

  /** Of the access token that was given with it, for the version before: leaked access tokens name their session. */
  @CodeColumn(64, { nullable: true })
  accessHash!: string | null;

  @InstantColumn()
  createdAt!: Date;

  /** It works once, and for ten seconds more; shown again after that, it ends its session. */
  @InstantColumn({ nullable: true })
  usedAt!: Date | null;
}
