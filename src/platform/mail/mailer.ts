import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { Tx } from '../database/database.js';
import { toIsoInstant, toSqlInstant } from '../database/instant.js';
import { newId } from '../ids/ids.js';
import { SafeStore } from '../safe-store/safe-store.js';
import { HOUR_MS } from '../values/time.js';
import type { Mail } from './mail.js';
import { MailErrors } from './mail.errors.js';
import { MailFiles } from './mail-files.js';
import { MailJob } from './mail-job.js';
import { MAIL_ID_PREFIX, QueuedMail } from './queued-mail.entity.js';
import { sealed } from './sealed-mail.js';

/** Sends mail through the SMTP server of `MAIL_URL`. Without one, it writes files. */
@Injectable()
export class Mailer {
  constructor(
    private readonly files: MailFiles,
    private readonly job: MailJob,
    private readonly safeStore: SafeStore,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAIL_URL' | 'MAX_MAILS_PER_HOUR'>,
  ) {}

  /**
   * Sends a message after the transaction commits.
   * The caller must hold a lock, so no other transaction adds a message of the same company meanwhile.
   * @throws RATE_LIMIT_EXCEEDED with `Retry-After` if the company has sent too many messages in the last hour
   */
  async send(tx: Tx, mail: Mail): Promise<void> {
    if (this.config.MAIL_URL === undefined) {
      tx.afterCommit(() => void this.files.write(mail));
      return;
    }
    await this.requireRoom(tx, mail.companyId);
    await this.queue(tx, mail);
    tx.afterCommit(() => this.job.wake());
  }

  /** Cancels the waiting messages to a recipient, because their content is outdated. */
  async withdraw(tx: Tx, { companyId, to }: Pick<Mail, 'companyId' | 'to'>): Promise<void> {
    await tx.write(
      `UPDATE mails SET status = 'WITHDRAWN', sealed = NULL
       WHERE company_id = ? AND recipient = ? AND status = 'WAITING'`,
      [companyId, to],
    );
  }

  private async requireRoom(tx: Tx, companyId: string): Promise<void> {
    const [sent] = await tx.select<{ n: string | number; oldest: string | null }>(
      'SELECT COUNT(*) AS n, MIN(created_at) AS oldest FROM mails WHERE company_id = ? AND created_at > ?',
      [companyId, toSqlInstant(new Date(Date.now() - HOUR_MS))],
    );
    if (!sent?.oldest || Number(sent.n) < this.config.MAX_MAILS_PER_HOUR) return;
    const msLeft = Date.parse(toIsoInstant(sent.oldest)) + HOUR_MS - Date.now();
    throw MailErrors.tooMany.error({
      headers: { 'Retry-After': String(Math.max(1, Math.ceil(msLeft / 1000))) },
    });
  }

  private async queue(tx: Tx, mail: Mail): Promise<void> {
    const { companyId, to: recipient, expiresAt } = mail;
    const now = new Date();
    await tx.manager.insert(QueuedMail, {
      id: newId(MAIL_ID_PREFIX),
      companyId,
      recipient,
      status: 'WAITING',
      sealed: await sealed(tx, this.safeStore, mail),
      tries: 0,
      dueAt: now,
      createdAt: now,
      expiresAt,
    });
  }
}
