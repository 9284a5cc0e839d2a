import { randomUUID } from 'node:crypto';
import type { RequestPriority } from '../../platform/background/request-priority.js';
import type { FairShare } from '../../platform/fairness/fair-share.js';
import type { Claim, DeliveryQueue, DueDelivery } from '../deliveries/delivery-queue.js';
import type { DeliveryResults } from '../deliveries/delivery-results.js';
import type { OpenedWebhook, WebhookSender } from '../endpoints/webhook-sender.js';
import { type AdaptiveConcurrency } from './adaptive-concurrency.js';
import { ResendRateLimit } from './resend-rate-limit.js';
import { type Round, RoundSender } from './round-sender.js';

/** Dependencies of a drain. */
export interface DrainDependencies {
  queue: DeliveryQueue;
  results: DeliveryResults;
  sender: WebhookSender;
  /** Limits the concurrent requests to all endpoints, and shares them between integrations. */
  exchanges: FairShare;
  /** Decides when and how much to send while the process also serves requests. */
  courtesy: RequestPriority;
  /** Reads the endpoint; returns undefined if nothing may be sent to it any more. */
  find(webhookId: string): Promise<OpenedWebhook | undefined>;
  /** Aborts when the process stops. */
  stopping: AbortSignal;
}

/**
 * 16 slots send 960 deliveries in a round. Their keys stay below the 1,000 terms that the embedded engine
 * allows.
 */
const SENT_PER_SLOT = 60;
const SENT_PER_SLOT_BESIDE_REQUESTS = 2;

/** Claims one endpoint and sends its due deliveries in rounds, until none is left. */
export class EndpointDrain {
  private readonly lease = randomUUID();
  /** The state that the previous process stored; set when the endpoint is read. */
  private resends: ResendRateLimit | undefined;
  /** Resolves when the results of all deliveries sent so far are recorded. */
  private recorded: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly webhookId: string,
    private readonly pace: AdaptiveConcurrency,
    private readonly tools: DrainDependencies,
  ) {}

  async run(): Promise<void> {
    try {
      let round = await this.next();
      while (round) round = await this.send(round);
    } finally {
      await this.recorded.finally(() =>
        this.tools.queue.release(this.webhookId, this.lease, this.resends?.endsAt),
      );
    }
  }

  /** Sends a round, and reads the next one meanwhile, so no slot waits for the database. */
  private async send(round: Round): Promise<Round | undefined> {
    const before = this.recorded;
    const sending = new RoundSender(round, this.pace, this.tools);
    this.recorded = Promise.all([before, sending.recorded]);
    this.recorded.catch(() => undefined);
    const following = round.isFull ? await before.then(() => this.next(round.due)) : undefined;
    await sending.sent;
    if (following && sending.goesOn) return following;
    await this.recorded;
    return this.next();
  }

  /** @param except deliveries that are being sent and are therefore still due */
  private async next(except: DueDelivery[] = []): Promise<Round | undefined> {
    const { queue, courtesy, stopping } = this.tools;
    await courtesy.turn(stopping);
    if (stopping.aborted) return undefined;
    const claim = await queue.claim(this.webhookId, this.lease);
    const opened = claim && (await this.tools.find(this.webhookId));
    if (!opened) return undefined;
    const mostPerSlot = courtesy.isDue ? SENT_PER_SLOT_BESIDE_REQUESTS : SENT_PER_SLOT;
    const most = this.pace.slots * mostPerSlot;
    this.resends ??= new ResendRateLimit(opened.webhook.resendPaceUntil ?? new Date());
    const due = await this.due(claim, except, most, this.resends.allowed);
    return due.length > 0
      ? { opened, claim, resends: this.resends, due, isFull: due.length === most }
      : undefined;
  }

  /** @param allowed maximum number of resends; they may take at most half of the round */
  private async due(
    claim: Claim,
    except: DueDelivery[],
    most: number,
    allowed: number,
  ): Promise<DueDelivery[]> {
    const beingResent = except.filter(({ isResend }) => isResend).length;
    const mostResends = Math.max(0, Math.min(allowed - beingResent, Math.ceil(most / 2)));
    const found = await this.tools.queue.due(this.webhookId, claim, {
      first: most + except.length - beingResent,
      resends: mostResends > 0 ? mostResends + beingResent : 0,
    });
    const excepted = new Set(except.map(({ eventId }) => eventId));
    const others = found.filter(({ eventId }) => !excepted.has(eventId));
    const resends = new Set(others.filter(({ isResend }) => isResend).slice(0, mostResends));
    return others.filter((one) => !one.isResend || resends.has(one)).slice(0, most);
  }
}
