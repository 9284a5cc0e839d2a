import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../platform/errors/app-error.js';
import type { Release } from '../../platform/fairness/fair-share.js';
import { newId } from '../../platform/ids/ids.js';
import type { Claim, DueDelivery } from '../deliveries/delivery-queue.js';
import type { DeliveryResult } from '../deliveries/delivery-results.js';
import { ATTEMPT_ID_PREFIX } from '../deliveries/delivery.entity.js';
import type { OpenedWebhook } from '../endpoints/webhook-sender.js';
import type { DrainTools } from './endpoint-drain.js';
import { type AdaptiveConcurrency } from './adaptive-concurrency.js';
import type { ResendPace } from './resend-pace.js';
import { ResultRecorder } from './result-recorder.js';

/** What is sent under one claim, to the endpoint as it is then. */
export interface Round {
  opened: OpenedWebhook;
  claim: Claim;
  resends: ResendPace;
  due: DueDelivery[];
  /** Whether there may be more than this. */
  isFull: boolean;
}

/** Beside requests a slot sends no more than this before it lets them pass. */
const SENT_BEFORE_REQUESTS = 2;
/** No exchange begins that could outlast the claim: it takes 10 s at most, and its result must be written. */
const RESERVE_MS = 12_000;
/** While the database is away, results are written down as soon as it is back. */
const RECORD_AGAIN_MS = 250;
/** How long a process that stops waits for what is on its way. */
const LAST_EXCHANGES_MS = 4_000;

/** A round on its way: some of its deliveries at once, each result written down soon after. */
export class Sending {
  /** False once the endpoint is not what it was, or the claim was lost: nothing more begins. */
  goesOn = true;
  /** Until nothing is on its way any more. */
  readonly sent: Promise<void>;
  /** Until what came of it is written down. Rejects where that could not be. */
  readonly recorded: Promise<void>;
  private begun = 0;
  private readonly recorder: ResultRecorder;
  private isGivenUp = false;

  constructor(
    private readonly round: Round,
    private readonly pace: AdaptiveConcurrency,
    private readonly tools: DrainTools,
  ) {
    this.recorder = new ResultRecorder((group) => this.record(group));
    const slots = Array.from({ length: pace.slots }, () => this.slot());
    this.sent = this.untilOver(Promise.all(slots));
    this.recorded = this.sent.then(() => this.recorder.settled());
  }

  private async slot(): Promise<void> {
    for (let sent = 0; this.mayBegin(sent); sent += 1) {
      const release = await this.place();
      // The wait may have been long.
      const next = this.mayBegin(sent) ? this.round.due[this.begun] : undefined;
      if (!next) return release();
      this.begun += 1;
      if (next.isResend) this.round.resends.take();
      const result = await this.send(next).finally(release);
      // Another claim's to send and to record by then.
      if (this.isGivenUp) return;
      this.recorder.add(result);
    }
  }

  /** @param sent by the slot that asks: what it would send after that waits where requests have come. */
  private mayBegin(sent: number): boolean {
    const { stopping, courtesy } = this.tools;
    const isEnough = sent >= SENT_BEFORE_REQUESTS && courtesy.isDue;
    const isInTime = performance.now() < this.round.claim.endsAt - RESERVE_MS;
    const isLeft = this.begun < this.round.due.length;
    return isLeft && this.goesOn && !isEnough && !stopping.aborted && isInTime;
  }

  /** One of the integration's places; when the process stops, nothing. */
  private place(): Promise<Release> {
    const { exchanges, stopping } = this.tools;
    const place = exchanges.acquire(this.round.opened.webhook.integrationId, stopping);
    return place.catch((): Release => () => undefined);
  }

  private async send(delivery: DueDelivery): Promise<DeliveryResult> {
    const sentAt = new Date();
    const exchange = await this.tools.sender.send(this.round.opened, delivery, sentAt);
    this.pace.learn(exchange);
    return { id: newId(ATTEMPT_ID_PREFIX), delivery, sentAt, exchange };
  }

  /**
   * Writes a group down, however long the database is away, so that what was accepted is not sent again. Nothing more
   * is sent meanwhile. A process that stops tries once more.
   */
  private async record(group: DeliveryResult[]): Promise<void> {
    const { opened, claim } = this.round;
    const { results, stopping } = this.tools;
    for (let isRepeated = false; ; isRepeated = true) {
      try {
        const goesOn = await results.record(opened.webhook, claim, group, isRepeated);
        this.goesOn &&= goesOn;
        return;
      } catch (error) {
        this.goesOn = false;
        if (!isAway(error) || stopping.aborted) throw error;
        await wait(RECORD_AGAIN_MS, undefined, { signal: stopping }).catch(() => undefined);
      }
    }
  }

  /** Until all is sent; when the process stops, not much longer. */
  private async untilOver(sent: Promise<unknown>): Promise<void> {
    const { stopping } = this.tools;
    const over = new AbortController();
    const given = new Promise<void>((resolve) => {
      const giveUpSoon = (): void => void setTimeout(resolve, LAST_EXCHANGES_MS).unref();
      if (stopping.aborted) giveUpSoon();
      else stopping.addEventListener('abort', giveUpSoon, { once: true, signal: over.signal });
    });
    // The signal outlives all drains, and would keep what each one left there.
    await Promise.race([sent, given]).finally(() => over.abort());
    this.isGivenUp = true;
  }
}

/** Whether the database could not serve, or did not say whether it did. */
function isAway(error: unknown): boolean {
  return error instanceof AppError && error.kind.status === 503;
}
