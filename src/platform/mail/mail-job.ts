import { Inject, Injectable } from '@nestjs/common';
import type { Job } from '../background/background.js';
import { Database } from '../database/database.js';
import { placeholders } from '../database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../database/instant.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { SafeStore } from '../safe-store/safe-store.js';
import { HOUR_MS } from '../values/time.js';
import type { MailStatus } from './queued-mail.entity.js';
import { opened } from './sealed-mail.js';
import { EXCHANGE_MS, type Exchange, SmtpClient } from './smtp-client.js';

interface DueRow {
  id: string;
  company_id: string;
  recipient: string;
  sealed: string;
  tries: number;
  created_at: string;
  expires_at: string;
}

/** The result of one attempt, to be stored. */
interface Outcome {
  row: DueRow;
  status: MailStatus;
  /** Time of the next attempt, if the message still waits. */
  dueAt: Date;
}

const POLL_MS = 2_000;
const MAX_PER_STEP = 20;
const SWEPT_PER_STEP = 500;
/** Lease of a message: no other process takes it meanwhile. One attempt always takes less time. */
const LEASE_MS = 2 * EXCHANGE_MS;
const FIRST_PAUSE_MS = 10_000;
const PAUSE_GROWS_BY = 3;

/**
 * Sends waiting messages, one at a time in each process.
 * After a failed attempt it retries in 10 s, then after pauses that grow to an hour, until the message
 * expires.
 * A message is sent twice only if the process dies, or the server's response is lost, between the handover
 * and the stored result. Both copies then have the same Message-ID.
 */
@Injectable()
export class MailJob implements Job {
  readonly name = 'mail';
  readonly everyMs = POLL_MS;
  wake = (): void => undefined;
  /** Results that could not be stored because the database is away. They prevent a second delivery. */
  private readonly unwritten: Outcome[] = [];

  constructor(
    private readonly database: Database,
    private readonly safeStore: SafeStore,
    private readonly smtp: SmtpClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  wakeOn(wake: () => void): void {
    this.wake = wake;
  }

  async step(stopping: AbortSignal): Promise<boolean> {
    await this.writeDown();
    const now = toSqlInstant(new Date());
    const due = await this.database.select<DueRow>(
      `SELECT id, company_id, recipient, sealed, tries, created_at, expires_at FROM mails
       WHERE status = 'WAITING' AND due_at <= ? AND expires_at > ? ORDER BY due_at LIMIT ${MAX_PER_STEP}`,
      [now, now],
    );
    for (const row of due) {
      if (stopping.aborted) return false;
      if (!(await this.claim(row))) continue;
      const { isServerAway } = await this.send(row, stopping);
      if (isServerAway) return false;
    }
    return due.length === MAX_PER_STEP;
  }

  /**
   * Deletes expired messages.
   * @returns the number of messages
   */
  async sweep(): Promise<number> {
    const expired = await this.database.select<{ id: string }>(
      `SELECT id FROM mails WHERE expires_at < ? LIMIT ${SWEPT_PER_STEP}`,
      [toSqlInstant(new Date())],
    );
    if (expired.length === 0) return 0;
    const ids = expired.map(({ id }) => id);
    return this.database.write(`DELETE FROM mails WHERE id IN (${placeholders(ids.length)})`, ids);
  }

  private async claim({ id, tries }: DueRow): Promise<boolean> {
    const claimed = await this.database.write(
      "UPDATE mails SET tries = tries + 1, due_at = ? WHERE id = ? AND status = 'WAITING' AND tries = ?",
      [toSqlInstant(new Date(Date.now() + LEASE_MS)), id, tries],
    );
    return claimed === 1;
  }

  private async send(row: DueRow, stopping: AbortSignal): Promise<{ isServerAway: boolean }> {
    const text = await opened(this.database, this.safeStore, row).catch((error: unknown) => {
      this.logger.error({ err: error, mail: row.id }, 'mail failed: cannot decrypt its text');
    });
    const exchange: Exchange = text
      ? await this.smtp.send(
          { id: row.id, to: row.recipient, at: momentOf(row.created_at), ...text },
          stopping,
        )
      : { outcome: 'refused' };
    this.unwritten.push(this.outcomeOf(row, exchange));
    await this.writeDown();
    return { isServerAway: exchange.outcome === 'away' };
  }

  private outcomeOf(row: DueRow, exchange: Exchange): Outcome {
    const { outcome, ...why } = exchange;
    const dueAt = new Date(Date.now() + pauseAfter(row.tries));
    const told = { mail: row.id, company: row.company_id, tries: row.tries + 1, ...why };
    if (outcome === 'sent') {
      this.logger.info(told, 'mail sent');
      return { row, status: 'SENT', dueAt };
    }
    const status =
      outcome === 'refused' ? 'REFUSED' : dueAt < momentOf(row.expires_at) ? 'WAITING' : 'EXPIRED';
    if (status === 'WAITING') this.logger.warn(told, 'sending mail failed; will retry');
    else
      this.logger.error(
        told,
        'mail not sent; create the invitation again, or send its link to the person yourself',
      );
    return { row, status, dueAt };
  }

  private async writeDown(): Promise<void> {
    for (let next = this.unwritten[0]; next; next = this.unwritten[0]) {
      const { row, status, dueAt } = next;
      await this.database.write(
        `UPDATE mails SET status = ?, due_at = ?${status === 'WAITING' ? '' : ', sealed = NULL'}
         WHERE id = ? AND status = 'WAITING' AND tries = ?`,
        [status, toSqlInstant(dueAt), row.id, row.tries + 1],
      );
      this.unwritten.shift();
    }
  }
}

const momentOf = (sqlInstant: string): Date => new Date(toIsoInstant(sqlInstant));

function pauseAfter(triesBefore: number): number {
  return Math.min(HOUR_MS, FIRST_PAUSE_MS * PAUSE_GROWS_BY ** triesBefore);
}
