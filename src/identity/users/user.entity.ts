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

/** A person. Memberships connect a person to companies. */
@Entity('users')
@Index('uq_users_email', ['email'], { unique: true })
export class User {
  @IdColumn()
  id!: string;

  /** In lower case. The person signs in with it. */
  @KeyColumn(254)
  email!: string;

  /** Argon2id hash in PHC string format; null if the person cannot sign in. */
  @TextColumn(255, { nullable: true })
  passwordHash!: string | null;

  @RefColumn()
  defaultCompanyId!: string;

  /**
   * Whether the person has proved that the email address is theirs. The link that the inviter sees is no
   * proof.
   */
  @BoolColumn()
  verified!: boolean;

  /** Since this time no credential of the person works. */
  @InstantColumn({ nullable: true })
  disabledAt!: Date | null;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;
}
