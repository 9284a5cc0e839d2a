import { join } from 'node:path';
import { payloadOf } from '../../src/webhooks/events/payload.js';
import type { Round } from '../load.js';
import { type ServerProcess, startServer } from '../processes.js';
import type { Pair, Side } from '../rounds.js';
import type { Tenant } from '../tenant.js';
import type { BareSenderJob } from './bare-sender.js';
import { DeliveryQueueOutside, EVENT, eventData, EVENTS_PER_SET } from './delivery-queue.js';

const DELIVERY_TARGET = 0.5;
const UPSERT_TARGET = 0.85;
const MAX_ENDPOINTS = 20;
/** As many as the product has on their way to one healthy endpoint at most. */
const SLOTS = 16;
/** So that a round lasts about as long as it is told to. */
const SETS_PER_SECOND = 20;

/** What webhooks cost: how fast they are sent, and what is left of the upserts that cause them. */
export class WebhookMeasures {
  private constructor(
    private readonly product: ServerProcess,
    private readonly bare: ServerProcess,
    private readonly receiver: ServerProcess,
    private readonly queue: DeliveryQueueOutside,
  ) {}

  /** Starts a receiver and a bare sender, and makes the endpoints, none of them active yet. */
  static async prepare(tenant: Tenant, product: ServerProcess, folder: string): Promise<WebhookMeasures> {
    const log = join(folder, 'webhooks.log');
    const receiver = await startServer({
      script: 'bench/webhooks/receiver.js',
      env: {},
      readyPath: '/',
      log,
      isHelper: true,
    });
    const body = payloadOf(EVENT, new Date().toISOString(), tenant.owner.integrationId, eventData(1));
    const job: BareSenderJob = { receiver: receiver.url, body };
    const script = 'bench/webhooks/bare-sender.js';
    const bare = await startServer({ script, args: [JSON.stringify(job)], env: {}, readyPath: '/0/1', log });
    const ids: string[] = [];
    while (ids.length < MAX_ENDPOINTS) ids.push(await newEndpoint(product, tenant, receiver.url));
    const queue = new DeliveryQueueOutside(tenant, ids);
    await queue.begin(0);
    return new WebhookMeasures(product, bare, receiver, queue);
  }

  /** Deliveries against one bare loop, which waits for each answer before it sends the next. */
  deliveriesAgainstLoop(): Pair {
    const name = '(d) deliveries to one endpoint, against a bare loop';
    return { ...this.deliveries(1), name, target: DELIVERY_TARGET };
  }

  /** Deliveries against as many bare loops as the product has slots: the most that undici sends from one process. */
  deliveriesAgainstSlots(): Pair {
    return { ...this.deliveries(SLOTS), name: `(d) the same, against ${SLOTS} bare loops at once` };
  }

  /** Deliveries to one endpoint, from the commit of their events until all are sent and logged. */
  private deliveries(loops: number): Omit<Pair, 'name'> {
    const product = {
      label: 'product',
      server: this.product,
      before: () => this.queue.begin(1),
      run: async (seconds: number) => {
        const events = howMany(seconds);
        await this.queue.add(events / (EVENTS_PER_SET + 1));
        return timed(events, () => this.queue.untilDelivered(events));
      },
    };
    const bare = {
      label: loops === 1 ? '1 loop' : `${loops} loops`,
      server: this.bare,
      run: (seconds: number) => timed(howMany(seconds), () => this.sendBare(howMany(seconds), loops)),
    };
    return { unit: 'deliveries/s', perRequest: 1, a: product, b: bare };
  }

  /** The same upserts with endpoints that are subscribed to all of their events, and with none. */
  upserts(load: Side, perRequest: number, endpoints: number): Pair {
    const among = (active: number): Side => ({
      ...load,
      label: active === 1 ? '1 endpoint' : `${active} endpoints`,
      before: () => this.queue.begin(active),
    });
    const name = `(e) upsert of 500, all changed, ${among(endpoints).label}`;
    return { name, unit: 'rows/s', perRequest, target: UPSERT_TARGET, a: among(endpoints), b: among(0) };
  }

  async close(): Promise<void> {
    await this.queue.begin(0);
    await this.bare.stop();
    await this.receiver.stop();
  }

  private async sendBare(requests: number, loops: number): Promise<void> {
    const { status } = await fetch(`${this.bare.url}/${requests}/${loops}`);
    if (status !== 200) throw new Error('The bare sender failed; see its log');
  }
}

/** Deliveries that take about so long. */
function howMany(seconds: number): number {
  return Math.ceil(seconds * SETS_PER_SECOND) * (EVENTS_PER_SET + 1);
}

async function timed(requests: number, work: () => Promise<void>): Promise<Round> {
  const startedAt = performance.now();
  await work();
  const took = (performance.now() - startedAt) / 1000;
  return { requests, requestsPerSecond: requests / took, p50: NaN, p99: NaN };
}

async function newEndpoint({ url }: ServerProcess, { token }: Tenant, receiver: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/integration/webhook-events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver, events: ['*'] }),
  });
  if (response.status !== 201) throw new Error(`No endpoint was made: ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}
