import { Entity, Index } from 'typeorm';
import {
  BigTextColumn,
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  KeyColumn,
  RefColumn,
} from '../database/columns.js';

export const MAIL_ID_PREFIX = 'mail';

/**
 * `REFUSED`: the mail server refused it for good. `EXPIRED`: the server did not accept it in time.
 * `WITHDRAWN`: cancelled before it was sent.
 */
export type MailStatus = 'WAITING' | 'SENT' | 'REFUSED' | 'EXPIRED' | 'WITHDRAWN';

/**
 * A message for the SMTP server. Its encrypted text exists only while it waits; the row exists until it
 * expires.
 */
@Entity('mails')
@Index('ix_mails_company', ['companyId', 'createdAt'])
@Index('ix_mails_recipient', ['companyId', 'recipient'])
@Index('ix_mails_due', ['status', 'dueAt'])
@Index('ix_mails_expires', ['expiresAt'])
export class QueuedMail {
  @IdColumn()
  id!: string;

  /** The company that the message is sent for. Its key encrypts the text. */
  @RefColumn()
  companyId!: string;

  @KeyColumn(254)
  recipient!: string;

  @CodeColumn(20)
  status!: MailStatus;

  /** Subject and text as encrypted JSON; null after the message has left the state `WAITING`. */
  @BigTextColumn({ nullable: true })
  sealed!: string | null;

  /** Number of attempts. An attempt that increases it claims the message until `dueAt`. */
  @IntColumn()
  tries!: number;

  @InstantColumn()
  dueAt!: Date;

  @InstantColumn()
  createdAt!: Date;

  /** When the content becomes outdated. */
  @InstantColumn()
  expiresAt!: Date;
}
