import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect, rowPlaceholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { type Counter, Metrics } from '../../platform/metrics/metrics.js';
import { groupBy } from '../../platform/values/group-by.js';
import { SyncLogs } from '../../records/sync-logs/sync-logs.js';
import { retryDelayMs } from './retry-schedule.js';
import { disableWebhook } from '../endpoints/webhook-switch.js';
import type { Webhook } from '../endpoints/webhook.entity.js';
import type { Exchange } from '../transport/exchange.js';
import { anyOf, type Claim, type DueDelivery } from './delivery-queue.js';

/** The result of one attempt. */
export interface DeliveryResult {
  /** Id of the attempt in the log. */
  id: string;
  delivery: DueDelivery;
  sentAt: Date;
  exchange: Exchange;
}

export type Target = Pick<Webhook, 'id' | 'companyId' | 'integrationId' | 'updatedAt'>;

const GONE = 410;
/** An endpoint is disabled after this many events in a row were given up. */
const MAX_FAILURES = 10;

/** Records results: the attempt log, the next attempt of a failed delivery, and the state of the endpoint. */
@Injectable()
export class DeliveryResults {
  private readonly attempts: Counter<'outcome'>;

  constructor(
    private readonly database: Database,
    private readonly logs: SyncLogs,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.attempts = metrics.counter({
      name: 'eudr_webhook_attempts_total',
      help: 'Webhooks sent, by whether the endpoint accepted them.',
      labelNames: ['outcome'],
    });
  }

  /**
   * Records a group of results.
   * If the claim was lost, deliveries keep the state that another process gave them. A waiting delivery that
   * the endpoint accepted is not sent again.
   * @param claim claim on the endpoint
   * @param results in the order in which they arrived
   * @param isRepeated whether an earlier try may already have written them
   * @returns whether to go on: the claim still holds, the endpoint is unchanged, and its integration is
   * active
   */
  async record(
    target: Target,
    claim: Claim,
    results: DeliveryResult[],
    isRepeated: boolean,
  ): Promise<boolean> {
    const { goesOn, disabled } = await this.database.transaction(async (tx) => {
      const now = await this.hold(tx, target, claim);
      if (isRepeated && (await isLogged(tx, results))) return { goesOn: false };
      await this.logAttempts(tx, target.id, results);
      await this.succeed(tx, target.id, claim, results.filter(succeeded), now);
      if (!now.isClaimed) return { goesOn: false };
      const givenUp = await this.failAll(tx, target.id, claim, results);
      await this.count(tx, target.id, results, givenUp);
      const disabled = await this.disableWhereDue(tx, target, results);
      return { goesOn: now.isUnchanged && disabled === undefined, disabled };
    });
    for (const { exchange } of results) {
      this.attempts.inc({ outcome: exchange.success ? 'accepted' : 'failed' });
    }
    if (disabled !== undefined)
      this.logger.warn({ webhookId: target.id, reason: disabled }, 'webhook disabled');
    return goesOn;
  }

  /** Locks the endpoint's row, so no other process changes or claims it until the transaction ends. */
  private async hold(
    tx: Tx,
    { id, updatedAt }: Target,
    { lease }: Claim,
  ): Promise<{ isClaimed: boolean; isUnchanged: boolean }> {
    const [row] = await tx.select<{ lease: string | null; updated_at: string; status: string }>(
      `SELECT lease, updated_at, (SELECT status FROM integrations i WHERE i.id = webhooks.integration_id) AS status
       FROM webhooks WHERE id = ? ${dialect.forUpdate}`,
      [id],
    );
    const isUnchanged = row?.updated_at === toSqlInstant(updatedAt) && row.status === 'ACTIVE';
    return { isClaimed: row?.lease === lease, isUnchanged };
  }

  private async logAttempts(tx: Tx, webhookId: string, results: DeliveryResult[]): Promise<void> {
    await tx.write(
      `INSERT INTO webhook_attempts (id, webhook_id, set_id, position, at, status_code, duration_ms, answer, error)
       VALUES ${rowPlaceholders(results.length, 9)}`,
      results.flatMap(({ id, delivery, sentAt, exchange }): SqlValue[] => [
        id,
        webhookId,
        delivery.setId,
        delivery.position,
        toSqlInstant(sentAt),
        exchange.statusCode ?? null,
        exchange.durationMs,
        exchange.answer,
        exchange.error ?? null,
      ]),
    );
  }

  private async succeed(
    tx: Tx,
    webhookId: string,
    { at }: Claim,
    results: DeliveryResult[],
    { isClaimed }: { isClaimed: boolean },
  ): Promise<void> {
    const now = toSqlInstant(new Date());
    const deliveries = results.map(({ delivery }) => delivery);
    for (const [round, inRound] of groupBy(deliveries, (delivery) => delivery.round)) {
      const [where, values] = anyOf(inRound);
      await tx.write(
        `UPDATE webhook_deliveries
         SET status = 'SUCCEEDED', reason = NULL, tries = tries + 1, tried_at = ?
         WHERE webhook_id = ? AND due_at <= ? AND round = ? AND ${where}${isClaimed ? '' : " AND status = 'PENDING'"}`,
        [now, webhookId, at, round, ...values],
      );
    }
  }

  /** @returns the deliveries that were given up now */
  private async failAll(
    tx: Tx,
    webhookId: string,
    claim: Claim,
    results: DeliveryResult[],
  ): Promise<Set<DeliveryResult>> {
    const givenUp = new Set<DeliveryResult>();
    for (const result of results.filter((one) => !succeeded(one))) {
      if (await this.fail(tx, webhookId, claim, result)) givenUp.add(result);
    }
    return givenUp;
  }

  private async fail(tx: Tx, webhookId: string, claim: Claim, result: DeliveryResult): Promise<boolean> {
    const { delivery, exchange } = result;
    const tries = delivery.tries + 1;
    const delay = retryDelayMs(this.config.WEBHOOK_RETRY_SECONDS, tries, exchange.retryAfterMs);
    const isOver = delay === undefined || exchange.statusCode === GONE;
    const now = Date.now();
    const matched = await tx.write(
      `UPDATE webhook_deliveries SET status = ?, due_at = ?, tries = ?, tried_at = ?
       WHERE webhook_id = ? AND status = 'PENDING' AND due_at <= ? AND round = ? AND set_id = ? AND position = ?`,
      [
        isOver ? 'FAILED' : 'PENDING',
        toSqlInstant(new Date(now + (delay ?? 0))),
        tries,
        toSqlInstant(new Date(now)),
        webhookId,
        claim.at,
        delivery.round,
        delivery.setId,
        delivery.position,
      ],
    );
    return isOver && matched === 1;
  }

  /** A success resets the count of failures. */
  private async count(
    tx: Tx,
    webhookId: string,
    results: DeliveryResult[],
    givenUp: Set<DeliveryResult>,
  ): Promise<void> {
    const last = results.findLastIndex(succeeded);
    const failures = results.slice(last + 1).filter((result) => givenUp.has(result)).length;
    if (last !== -1) {
      await tx.write('UPDATE webhooks SET failure_count = ?, last_delivered_at = ? WHERE id = ?', [
        failures,
        toSqlInstant(new Date()),
        webhookId,
      ]);
    } else if (failures > 0) {
      await tx.write('UPDATE webhooks SET failure_count = failure_count + ? WHERE id = ?', [
        failures,
        webhookId,
      ]);
    }
  }

  /** @returns the reason if the endpoint was disabled */
  private async disableWhereDue(
    tx: Tx,
    target: Target,
    results: DeliveryResult[],
  ): Promise<string | undefined> {
    const reason = await this.reasonToDisable(tx, target.id, results);
    if (reason === undefined || !(await disableWebhook(tx, target.id, reason))) return undefined;
    await this.logs.write(tx, target, {
      entityType: 'WEBHOOK',
      action: 'UPDATE',
      failure: `Webhook ${target.id} was disabled: ${reason}`,
      startedAt: new Date(),
    });
    return reason;
  }

  private async reasonToDisable(
    tx: Tx,
    webhookId: string,
    results: DeliveryResult[],
  ): Promise<string | undefined> {
    if (results.every(succeeded)) return undefined;
    if (results.some(({ exchange }) => exchange.statusCode === GONE)) {
      return 'The receiver answered 410 Gone.';
    }
    const [row] = await tx.select<{ failure_count: string | number }>(
      'SELECT failure_count FROM webhooks WHERE id = ?',
      [webhookId],
    );
    const failures = Number(row?.failure_count ?? 0);
    return failures >= MAX_FAILURES ? `${MAX_FAILURES} events in a row could not be delivered.` : undefined;
  }
}

/** Checks one result only. A group is written in one transaction, so either all of it exists or nothing. */
async function isLogged(tx: Tx, [first]: DeliveryResult[]): Promise<boolean> {
  const rows = await tx.select('SELECT id FROM webhook_attempts WHERE id = ?', [first?.id ?? null]);
  return rows.length > 0;
}

function succeeded({ exchange }: DeliveryResult): boolean {
  return exchange.success;
}
