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

/** An offer of membership to an address: whoever has its link may accept it, once. */
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

  /** SHA-256, in hex, of the whole raw token that who invites is shown. */
  @CodeColumn(64)
  hash!: string;

  /** The same of the token that the mail alone carries; null in those from before there was one. */
  @CodeColumn(64, { nullable: true })
  mailHash!: string | null;

  /**
   * The member whose roles bound what is granted, when it is sent and when it is accepted. Null: the operator of the
   * service, whom nobody's roles bind.
   */
  @RefColumn({ nullable: true })
  invitedBy!: string | null;

  @InstantColumn()
  expiresAt!: Date;

  @InstantColumn({ nullable: true })
  acceptedAt!: Date | null;

  /** The credential by which it was made, or `command`; null: from before that was kept. */
  @RefColumn({ nullable: true })
  madeBy!: string | null;

  @InstantColumn()
  createdAt!: Date;
}
