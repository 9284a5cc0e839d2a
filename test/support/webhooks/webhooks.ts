import { type TestApp, startApp } from '../app/app.js';
import type { Answer, Client } from '../http/client.js';
import type { DatabaseEnv } from '../databases/database.js';
import type { Erp, Row } from '../app/factories.js';
import { until } from '../processes/processes.js';
import { type Received, type Receiver, startReceiver } from './receiver.js';

/** Allows receivers on this machine, and gives up an event after three fast retries. */
export const WEBHOOK_ENV = {
  WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true',
  WEBHOOK_RETRY_SECONDS: '0.05,0.05,0.05',
};
/** Number of attempts before such an event is given up. */
export const ATTEMPTS = 4;
/** An endpoint is disabled after this many events in a row were given up. */
export const DISABLED_AFTER = 10;

const TYPES = ['supplier', 'product', 'batch'];
/** Every event that webhooks can subscribe to. */
export const EVENTS = [
  ...TYPES.flatMap((type) => [`${type}.created`, `${type}.updated`, `${type}.deleted`]),
  'sync.completed',
  'sync.failed',
  'dds.status_changed',
  'dds.submitted',
  'dds.approved',
  'credential.revoked',
];

/** The body of every delivery. */
export interface WebhookEvent {
  event: string;
  timestamp: string;
  integrationId: string;
  data: Row;
}

export const eventOf = (request: Received | undefined): WebhookEvent =>
  JSON.parse(request?.body ?? 'null') as WebhookEvent;

/** A delivery in the delivery log. */
export interface Delivery {
  id: string;
  eventId: string;
  event: string;
  status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  createdAt: string;
  nextAttemptAt: string | null;
  attempts: Attempt[];
}

export interface Attempt {
  at: string;
  statusCode: number | null;
  durationMs: number;
  answer: string | null;
  error: string | null;
}

/** Starts the application with `WEBHOOK_ENV`. */
export function startHookApp(more: Record<string, string> = {}, on?: DatabaseEnv): Promise<TestApp> {
  return startApp({ ...WEBHOOK_ENV, ...more }, on);
}

/** The webhook routes of one integration. */
export class Webhooks {
  /** @param path path of the integration's webhooks; default: the path for its token */
  constructor(
    readonly client: Client,
    private readonly path: string = '/webhook-events',
  ) {}

  create(body: unknown): Promise<Answer> {
    return this.client.post(this.path, body);
  }

  async list(): Promise<Row[]> {
    return (await this.client.get(this.path)).body.webhooks;
  }

  get(id: string): Promise<Answer> {
    return this.client.get(`${this.path}/${id}`);
  }

  change(id: string, body: unknown): Promise<Answer> {
    return this.client.send('PATCH', `${this.path}/${id}`, body);
  }

  remove(id: string): Promise<Answer> {
    return this.client.delete(`${this.path}/${id}`);
  }

  test(id: string): Promise<Answer> {
    return this.client.post(`${this.path}/${id}/test`);
  }

  rotate(id: string, body?: unknown): Promise<Answer> {
    return this.client.post(`${this.path}/${id}/rotate-secret`, body);
  }

  deliveries(id: string, query = ''): Promise<Answer> {
    return this.client.get(`${this.path}/${id}/deliveries${query}`);
  }

  redeliver(id: string, deliveryId: string): Promise<Answer> {
    return this.client.post(`${this.path}/${id}/deliveries/${deliveryId}/redeliver`);
  }

  replay(id: string, body: unknown): Promise<Answer> {
    return this.client.post(`${this.path}/${id}/replay`, body);
  }

  eventTypes(): Promise<Answer> {
    return this.client.get(`${this.path}/event-types`);
  }
}

/** A subscribed endpoint and its receiver. */
export class Endpoint {
  constructor(
    readonly erp: Erp,
    readonly receiver: Receiver,
    readonly id: string,
    /** All its secrets, oldest first. */
    readonly secrets: string[],
    readonly hooks: Webhooks,
  ) {}

  get secret(): string {
    return this.secrets.at(-1) as string;
  }

  /** Returns the endpoint as the product shows it. */
  async state(): Promise<Row> {
    return (await this.hooks.get(this.id)).body;
  }

  /** Returns the whole delivery log over all pages. */
  async log(query: Record<string, string> = {}): Promise<Delivery[]> {
    const all: Delivery[] = [];
    for (let cursor = {}; ;) {
      const search = new URLSearchParams({ ...query, ...cursor }).toString();
      const { body } = await this.hooks.deliveries(this.id, `?${search}`);
      all.push(...(body.deliveries as Delivery[]));
      if (body.nextCursor === null) return all;
      cursor = { cursor: body.nextCursor as string };
    }
  }

  /** Waits until the delivery log has so many deliveries and none is pending, and returns it. */
  async settled(deliveries: number): Promise<Delivery[]> {
    let log: Delivery[] = [];
    await until(async () => {
      // One page is enough to see whether reading all pages is worthwhile.
      const pending = await this.hooks.deliveries(this.id, '?status=PENDING');
      if ((pending.body.deliveries as unknown[]).length > 0) return false;
      log = await this.log();
      return log.length >= deliveries && log.every(({ status }) => status !== 'PENDING');
    });
    return log;
  }

  async rotate(graceSeconds?: number): Promise<Answer> {
    const answer = await this.hooks.rotate(
      this.id,
      graceSeconds === undefined ? undefined : { graceSeconds },
    );
    this.secrets.push(answer.body.secret as string);
    return answer;
  }
}

const open = new Set<Endpoint>();

/** Creates a receiver, and an endpoint of the ERP's integration for it. */
export const givenEndpoint = (erp: Erp, ...events: string[]): Promise<Endpoint> =>
  givenEndpointOf(new Webhooks(erp.client), erp, ...events);

/** Creates a receiver and an endpoint through these webhook routes. */
export async function givenEndpointOf(hooks: Webhooks, erp: Erp, ...events: string[]): Promise<Endpoint> {
  const receiver = await startReceiver();
  const { status, body } = await hooks.create({ url: receiver.url, events });
  if (status !== 201) throw new Error(`no endpoint was made: ${status} ${JSON.stringify(body)}`);
  const endpoint = new Endpoint(erp, receiver, body.id as string, [body.secret as string], hooks);
  open.add(endpoint);
  return endpoint;
}

/**
 * Closes the receivers of the test's endpoints.
 * @returns those endpoints
 */
export async function closeEndpoints(): Promise<Endpoint[]> {
  const endpoints = [...open];
  open.clear();
  await Promise.all(endpoints.map(({ receiver }) => receiver.close()));
  return endpoints;
}
