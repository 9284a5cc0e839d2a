import { Entity, Index } from 'typeorm';
import {
  BoolColumn,
  IdColumn,
  InstantColumn,
  KeyColumn,
  RefColumn,
  TextColumn,
} from '../../platform/database/columns.js';

export const USER_ID_PREFIX = 'usr';

/** A person, who belongs to companies by memberships. */
@Entity('users')
@Index('uq_users_email', ['email'], { unique: true })
export class User {
  @IdColumn()
  id!: string;

  /** In lower case; signs in with it. */
  @KeyColumn(254)
  email!: string;

  /** Argon2id in the PHC string format; null for who cannot sign in. */
  @TextColumn(255, { nullable: true })
  passwordHash!: string | null;

  @RefColumn()
  defaultCompanyId!: string;

  /** Whether the address is known to be theirs, which an invitation does not show: who sends it sees the link. */
  @BoolColumn()
  verified!: boolean;

  /** Since then nothing of theirs works. */
  @InstantColumn({ nullable: true })
  disabledAt!: Date | null;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;
}
