import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { IsNull } from 'typeorm';
import type { Job } from '../../platform/background/background.js';
import { RequestPriority } from '../../platform/background/request-priority.js';
import { newStopping } from '../../platform/background/stopping.js';
import { Database } from '../../platform/database/database.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { committedEvents } from '../../platform/outbox/outbox.js';
import { DeliveryQueue } from '../deliveries/delivery-queue.js';
import { DeliveryResults } from '../deliveries/delivery-results.js';
import { type OpenedWebhook, WebhookSender } from '../endpoints/webhook-sender.js';
import { Webhook } from '../endpoints/webhook.entity.js';
import { isActive } from '../../integrations/is-active.js';
import { ExchangeShares } from '../transport/exchange-shares.js';
import { WebhookClient } from '../transport/webhook-client.js';
import { type DrainDependencies, EndpointDrain } from './endpoint-drain.js';
import { FanOut } from './fan-out.js';
import { AdaptiveConcurrency } from './adaptive-concurrency.js';

const MAX_PACES = 10_000;
const POLL_MS = 250;
/** Grace period for requests that are still running after all claims are released. */
const LAST_MS = 500;
/** Between two steps, two clocks differ by less than this unless the system clock was set. */
const SET_BACK_MS = 1_000;

/**
 * Sends webhooks, in any number of processes.
 * Each step fans out new events and starts to drain the queue of every endpoint with due deliveries.
 * Endpoints are drained concurrently, each with its own concurrency limit, so an endpoint that is down delays
 * no other.
 */
@Injectable()
export class Dispatcher implements Job {
  readonly name = 'webhooks';
  readonly everyMs = POLL_MS;
  private readonly draining = new Map<string, Promise<void>>();
  private readonly paces = new LRUCache<string, AdaptiveConcurrency>({ max: MAX_PACES });
  private readonly stopping = newStopping();
  private readonly tools: DrainDependencies;
  /**
   * System time minus monotonic time. Infinite before the first step, so that the first step always checks.
   */
  private offset = Infinity;

  constructor(
    private readonly fanOut: FanOut,
    private readonly queue: DeliveryQueue,
    results: DeliveryResults,
    private readonly sender: WebhookSender,
    private readonly client: WebhookClient,
    exchanges: ExchangeShares,
    courtesy: RequestPriority,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const find = (webhookId: string): Promise<OpenedWebhook | undefined> => this.find(webhookId);
    this.tools = { queue, results, sender, exchanges, courtesy, find, stopping: this.stopping.signal };
  }

  wakeOn(wake: () => void): void {
    committedEvents.on('committed', wake);
    this.stopping.signal.addEventListener('abort', () => committedEvents.off('committed', wake));
  }

  async step(): Promise<boolean> {
    await this.detectClockRollback();
    const more = await this.fanOut.step();
    for (const webhookId of await this.queue.dueEndpoints()) this.drain(webhookId);
    return more;
  }

  /** Starts nothing new, waits for running requests, and releases the claims. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.draining.values());
    await this.client.close(LAST_MS);
  }

  private drain(webhookId: string): void {
    if (this.draining.has(webhookId)) return;
    const drained = new EndpointDrain(webhookId, this.concurrencyOf(webhookId), this.tools)
      .run()
      .catch((error: unknown) =>
        this.logger.warn({ err: error, webhookId }, 'sending webhooks failed; will retry'),
      )
      .finally(() => this.draining.delete(webhookId));
    this.draining.set(webhookId, drained);
  }

  private concurrencyOf(webhookId: string): AdaptiveConcurrency {
    const pace = this.paces.get(webhookId) ?? new AdaptiveConcurrency();
    this.paces.set(webhookId, pace);
    return pace;
  }

  private async find(id: string): Promise<OpenedWebhook | undefined> {
    const webhook = await this.database.read(async (manager) => {
      const found = await manager.findOneBy(Webhook, { id, active: true, deletedAt: IsNull() });
      return found && (await isActive(manager, found.integrationId)) ? found : undefined;
    });
    return webhook && this.sender.open(webhook);
  }

  private async detectClockRollback(): Promise<void> {
    const offset = Date.now() - performance.now();
    if (offset < this.offset - SET_BACK_MS) await this.queue.requeueAfterClockRollback();
    this.offset = offset;
  }
}
