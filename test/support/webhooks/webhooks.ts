import { type TestApp, startApp } from '../app/app.js';
import type { Answer, Client } from '../http/client.js';
import type { DatabaseEnv } from '../databases/database.js';
import type { Erp, Row } from '../app/factories.js';
import { until } from '../processes/processes.js';
import { type Received, type Receiver, startReceiver } from './receiver.js';

/** Receivers on this machine are allowed, and a failed event is given up after three quick retries. */
export const WEBHOOK_ENV = {
  WEBHOOK_ALLOW_PRIVATE_HOSTS: 'true',
  WEBHOOK_RETRY_SECONDS: '0.05,0.05,0.05',
};
/** How often such an event is sent before it is given up. */
export const ATTEMPTS = 4;
/** After so many events given up in a row an endpoint is disabled. */
export const DISABLED_AFTER = 10;

const TYPES = ['supplier', 'product', 'batch'];
/** Every event that can be subscribed to. */
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

/** One event on its way to one endpoint, as the delivery log shows it. */
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

/** The product with receivers on this machine allowed and quick retries, unless told otherwise. */
export function startHookApp(more: Record<string, string> = {}, on?: DatabaseEnv): Promise<TestApp> {
  return startApp({ ...WEBHOOK_ENV, ...more }, on);
}

/** The webhook routes of one integration. */
export class Webhooks {
  /** @param path of the integration's webhooks, behind its token's door unless said. */
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

/** A subscribed endpoint and the receiver that it names. */
export class Endpoint {
  constructor(
    readonly erp: Erp,
    readonly receiver: Receiver,
    readonly id: string,
    /** All it ever had, the first one first. */
    readonly secrets: string[],
    readonly hooks: Webhooks,
  ) {}

  get secret(): string {
    return this.secrets.at(-1) as string;
  }

  /** How the product shows it. */
  async state(): Promise<Row> {
    return (await this.hooks.get(this.id)).body;
  }

  /** Its whole delivery log, over all pages. */
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

  /** Its delivery log, once it tells of so many deliveries and none of them is pending. */
  async settled(deliveries: number): Promise<Delivery[]> {
    let log: Delivery[] = [];
    await until(async () => {
      // One page tells whether it is worth reading them all.
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

/** A new receiver, and an endpoint of this ERP's integration that names it. */
export const givenEndpoint = (erp: Erp, ...events: string[]): Promise<Endpoint> =>
  givenEndpointOf(new Webhooks(erp.client), erp, ...events);

/** The same, made and seen through these webhook routes of the integration. */
export async function givenEndpointOf(hooks: Webhooks, erp: Erp, ...events: string[]): Promise<Endpoint> {
  const receiver = await startReceiver();
  const { status, body } = await hooks.create({ url: receiver.url, events });
  if (status !== 201) throw new Error(`no endpoint was made: ${status} ${JSON.stringify(body)}`);
  const endpoint = new Endpoint(erp, receiver, body.id as string, [body.secret as string], hooks);
  open.add(endpoint);
  return endpoint;
}

/** Closes the receivers that the test's endpoints had, and gives back those endpoints. */
export async function closeEndpoints(): Promise<Endpoint[]> {
  const endpoints = [...open];
  open.clear();
  await Promise.all(endpoints.map(({ receiver }) => receiver.close()));
  return endpoints;
}
