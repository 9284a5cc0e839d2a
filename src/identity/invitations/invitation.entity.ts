import { Entity, Index } from 'typeorm';
import {
  CodeColumn,
  IdColumn,
  InstantColumn,
  JsonColumn,
  KeyColumn,
  RefColumn,
} from '../../platform/database/columns.js';
import type { Role } from '../../auth/principal/roles.js';

export const INVITATION_ID_PREFIX = 'inv';

/** An offer of membership to an email address. A person with its link may accept it once. */
@Entity('invitations')
@Index('uq_invitations_hash', ['hash'], { unique: true })
@Index('uq_invitations_mail_hash', ['mailHash'], { unique: true })
@Index('ix_invitations_company', ['companyId', 'email'])
@Index('ix_invitations_open', ['companyId', 'acceptedAt', 'expiresAt', 'id'])
@Index('ix_invitations_made_by', ['madeBy'])
export class Invitation {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  /** In lower case. */
  @KeyColumn(254)
  email!: string;

  @JsonColumn()
  roles!: Role[];

  /** SHA-256 in hex of the raw token that the inviter sees. */
  @CodeColumn(64)
  hash!: string;

  /**
   * SHA-256 in hex of the raw token that only the mail contains. Null in rows that are older than the column.
   */
  @CodeColumn(64, { nullable: true })
  mailHash!: string | null;

  /**
   * The inviting member. This member must hold the granted roles when the invitation is sent and when it is
   * accepted. Null means the operator, who has no such limit.
   */
  @RefColumn({ nullable: true })
  invitedBy!: string | null;

  @InstantColumn()
  expiresAt!: Date;

  @InstantColumn({ nullable: true })
  acceptedAt!: Date | null;

  /** Id of the credential that created it, or `command`. Null in rows that are older than the column. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  @InstantColumn()
  createdAt!: Date;
}
