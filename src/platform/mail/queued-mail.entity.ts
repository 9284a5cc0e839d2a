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

/** `REFUSED` by the mail server for good, `EXPIRED` before it took the message, `WITHDRAWN` before it was sent. */
export type MailStatus = 'WAITING' | 'SENT' | 'REFUSED' | 'EXPIRED' | 'WITHDRAWN';

/** A message for the SMTP server. Its text is kept, sealed, only while it waits; the row until it expires. */
@Entity('mails')
@Index('ix_mails_company', ['companyId', 'createdAt'])
@Index('ix_mails_recipient', ['companyId', 'recipient'])
@Index('ix_mails_due', ['status', 'dueAt'])
@Index('ix_mails_expires', ['expiresAt'])
export class QueuedMail {
  @IdColumn()
  id!: string;

  /** On whose behalf it is sent, and under whose key it is sealed. */
  @RefColumn()
  companyId!: string;

  @KeyColumn(254)
  recipient!: string;

  @CodeColumn(20)
  status!: MailStatus;

  /** Subject and text as JSON, sealed; null once it does not wait any more. */
  @BigTextColumn({ nullable: true })
  sealed!: string | null;

  /** How often it was begun to send it. Whoever raises it has claimed the message until `dueAt`. */
  @IntColumn()
  tries!: number;

  @InstantColumn()
  dueAt!: Date;

  @InstantColumn()
  createdAt!: Date;

  /** When what it says is true no longer. */
  @InstantColumn()
  expiresAt!: Date;
}
