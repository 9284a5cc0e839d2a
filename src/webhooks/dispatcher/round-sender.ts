import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../platform/errors/app-error.js';
import type { Release } from '../../platform/fairness/fair-share.js';
import { newId } from '../../platform/ids/ids.js';
import type { Claim, DueDelivery } from '../deliveries/delivery-queue.js';
import type { DeliveryResult } from '../deliveries/delivery-results.js';
import { ATTEMPT_ID_PREFIX } from '../deliveries/delivery.entity.js';
import type { OpenedWebhook } from '../endpoints/webhook-sender.js';
import type { DrainDependencies } from './endpoint-drain.js';
import { type AdaptiveConcurrency } from './adaptive-concurrency.js';
import type { ResendRateLimit } from './resend-rate-limit.js';
import { ResultRecorder } from './result-recorder.js';

/** Deliveries that are sent under one claim, with the endpoint's state at that time. */
export interface Round {
  opened: OpenedWebhook;
  claim: Claim;
  resends: ResendRateLimit;
  due: DueDelivery[];
  /** Whether more deliveries may be due. */
  isFull: boolean;
}

/** While the process serves requests, each slot stops after this many deliveries. */
const SENT_BEFORE_REQUESTS = 2;
/** No request starts that could outlast the claim: it takes up to 10 s, and its result must be recorded. */
const RESERVE_MS = 12_000;
/** Retry interval for recording results while the database is away. */
const RECORD_AGAIN_MS = 250;
/** How long a stopping process waits for running requests. */
const LAST_EXCHANGES_MS = 4_000;

/** Sends one round: several deliveries at once. Each result is recorded soon after. */
export class RoundSender {
  /** False after the endpoint has changed or the claim was lost. Nothing new starts then. */
  goesOn = true;
  /** Resolves when no request is running any more. */
  readonly sent: Promise<void>;
  /** Resolves when all results are recorded. Rejects if that failed. */
  readonly recorded: Promise<void>;
  private begun = 0;
  private readonly recorder: ResultRecorder;
  private isGivenUp = false;

  constructor(
    private readonly round: Round,
    private readonly pace: AdaptiveConcurrency,
    private readonly tools: DrainDependencies,
  ) {
    this.recorder = new ResultRecorder((group) => this.record(group));
    const slots = Array.from({ length: pace.slots }, () => this.slot());
    this.sent = this.untilOver(Promise.all(slots));
    this.recorded = this.sent.then(() => this.recorder.settled());
  }

  private async slot(): Promise<void> {
    for (let sent = 0; this.mayBegin(sent); sent += 1) {
      const release = await this.place();
      // Checks again, because the wait may have been long.
      const next = this.mayBegin(sent) ? this.round.due[this.begun] : undefined;
      if (!next) return release();
      this.begun += 1;
      if (next.isResend) this.round.resends.take();
      const result = await this.send(next).finally(release);
      // By now another process may have the claim, and it sends and records this delivery.
      if (this.isGivenUp) return;
      this.recorder.add(result);
    }
  }

  /**
   * @param sent number of deliveries that this slot has sent; after a few it stops if requests are being
   * served
   */
  private mayBegin(sent: number): boolean {
    const { stopping, courtesy } = this.tools;
    const isEnough = sent >= SENT_BEFORE_REQUESTS && courtesy.isDue;
    const isInTime = performance.now() < this.round.claim.endsAt - RESERVE_MS;
    const isLeft = this.begun < this.round.due.length;
    return isLeft && this.goesOn && !isEnough && !stopping.aborted && isInTime;
  }

  /**
   * Waits for one of the integration's places. When the process stops, it returns an empty release function.
   */
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
   * Records a group and retries while the database is away, so accepted deliveries are not sent again.
   * Nothing else is sent meanwhile. A stopping process tries only once more.
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

  /** Waits until everything is sent, or, if the process stops, for a short time. */
  private async untilOver(sent: Promise<unknown>): Promise<void> {
    const { stopping } = this.tools;
    const over = new AbortController();
    const given = new Promise<void>((resolve) => {
      const giveUpSoon = (): void => void setTimeout(resolve, LAST_EXCHANGES_MS).unref();
      if (stopping.aborted) giveUpSoon();
      else stopping.addEventListener('abort', giveUpSoon, { once: true, signal: over.signal });
    });
    // Removes the listener. The signal lives longer than a drain and would keep a listener for each one.
    await Promise.race([sent, given]).finally(() => over.abort());
    this.isGivenUp = true;
  }
}

/** Whether the database was unavailable, or the result of a write is unknown. */
function isAway(error: unknown): boolean {
  return error instanceof AppError && error.kind.status === 503;
}
