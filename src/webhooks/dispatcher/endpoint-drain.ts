import type { Semaphore } from 'async-mutex';
import type { Courtesy } from '../../platform/background/courtesy.js';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  DeliveryKey,
  DeliveryQueue,
} from '../deliveries/delivery-queue.js';
import type { DeliveryResult, DeliveryResults } from '../deliveries/delivery-results.js';
import type { OpenedWebhook, WebhookSender } from '../deliveries/webhook-sender.js';
import type { Pace } from './pace.js';
import { ResultRecorder } from './result-recorder.js';

/** What a drain works with. */
export interface DrainTools {
  queue: DeliveryQueue;
  results: DeliveryResults;
  sender: WebhookSender;
  /** Bounds the exchanges of all endpoints together. */
  exchanges: Semaphore;
  /** Tells when to begin, and how much, where requests are served as well. */
  courtesy: Courtesy;
  /** Looks the endpoint up; undefined where nothing is to be sent to it any more. */
  find(webhookId: string): Promise<OpenedWebhook | undefined>;
  /** Aborted when the process stops. */
  stopping: AbortSignal;
}

/** The claim of sixteen slots names 512 places, of the 1,000 terms that the embedded engine allows an expression. */
const CLAIMED_PER_SLOT = 32;
const SENT_PER_SLOT_BESIDE_REQUESTS = 2;
/** No exchange begins that could outlast the claim: it takes 10 s at most, and its result must be written. */
const RESERVE_MS = 12_000;
/** How long a process that stops waits for what is on its way. */
const LAST_EXCHANGES_MS = 4_000;

/** Sends what is due to one endpoint, until nothing is. */
export class EndpointDrain {
  constructor(
    private readonly webhookId: string,
    private readonly pace: Pace,
    private readonly tools: DrainTools,
  ) {}

  async run(): Promise<void> {
    const { queue, courtesy, stopping } = this.tools;
    while (!stopping.aborted) {
      await courtesy.turn(stopping);
      const opened = await this.tools.find(this.webhookId);
      if (!opened) return;
      const perSlot = courtesy.isDue ? SENT_PER_SLOT_BESIDE_REQUESTS : CLAIMED_PER_SLOT;
      const claim = await queue.claim(this.webhookId, this.pace.slots * perSlot);
      if (claim.deliveries.length === 0) return;
      await this.sendAll(opened, claim);
    }
  }

  private async sendAll(opened: OpenedWebhook, claim: DeliveryClaim): Promise<void> {
    const { queue, results } = this.tools;
    const unsent = new Set<ClaimedDelivery>(claim.deliveries);
    const recorder = new ResultRecorder((group) => results.record(opened.webhook, claim.lease, group));
    const waiting = [...claim.deliveries];
    let isOver = false;
    const slots = Array.from({ length: this.pace.slots }, async () => {
      let sent = 0;
      for (let next = this.next(waiting, claim, sent); next; next = this.next(waiting, claim, sent)) {
        const result = await this.send(opened, next);
        // Given back by then: it is another claim's to send and to record.
        if (isOver) return;
        sent += 1;
        unsent.delete(next);
        recorder.add(result);
      }
    });
    try {
      await this.untilSent(Promise.all(slots));
      isOver = true;
      await recorder.settled();
    } finally {
      await queue.release(this.webhookId, claim.lease, [...unsent] satisfies DeliveryKey[]);
    }
  }

  /** @param sent by the slot that asks: what it would send after that is given back where requests have come. */
  private next(
    waiting: ClaimedDelivery[],
    { endsAt }: DeliveryClaim,
    sent: number,
  ): ClaimedDelivery | undefined {
    const { stopping, courtesy } = this.tools;
    const isEnough = sent >= SENT_PER_SLOT_BESIDE_REQUESTS && courtesy.isDue;
    const mayBegin = !isEnough && !stopping.aborted && performance.now() < endsAt - RESERVE_MS;
    return mayBegin ? waiting.shift() : undefined;
  }

  private send(opened: OpenedWebhook, delivery: ClaimedDelivery): Promise<DeliveryResult> {
    return this.tools.exchanges.runExclusive(async () => {
      const sentAt = new Date();
      const exchange = await this.tools.sender.send(opened, delivery, sentAt);
      this.pace.learn(exchange);
      return { delivery, sentAt, exchange };
    });
  }

  /** Until all is sent; when the process stops, not much longer. */
  private async untilSent(sent: Promise<unknown>): Promise<void> {
    const { stopping } = this.tools;
    const over = new AbortController();
    const given = new Promise<void>((resolve) => {
      const giveUpSoon = (): void => void setTimeout(resolve, LAST_EXCHANGES_MS).unref();
      if (stopping.aborted) giveUpSoon();
      else stopping.addEventListener('abort', giveUpSoon, { once: true, signal: over.signal });
    });
    // The signal outlives all drains, and would keep what each one left there.
    await Promise.race([sent, given]).finally(() => over.abort());
  }
}
