import { EventWaiter } from '../support/waiting/event-waiter.js';
import { type Received, type Receiver, startReceiver } from '../support/webhooks/receiver.js';
import type { Behaviour } from '../support/webhooks/receiver-behaviour.js';
import { signedWith } from '../support/webhooks/webhook-signatures.js';
import type { Random } from './random.js';

/** Of the deliveries, how many the receiver answers with a failure, to make the dispatcher try again. */
const REFUSED = 0.05;

interface Body {
  event: string;
  data: { externalId?: string; entityType?: string };
}

/** A receiver that counts the distinct events it accepted, by what they tell. */
export class Inbox {
  /** How many distinct event ids told of this: `supplier.created C1-0`, or `sync.completed SUPPLIER`. */
  readonly told = new Map<string, number>();
  /** Accepted deliveries of events that had been accepted before. */
  repeated = 0;
  /** Deliveries with a signature missing or wrong. */
  unsigned = 0;
  private readonly eventIds = new Set<string>();
  private readonly arrivals = new EventWaiter();
  private secret = '';

  private constructor(private readonly receiver: Receiver) {}

  static async open(random: Random): Promise<Inbox> {
    const receiver = await startReceiver({ remember: false });
    const inbox = new Inbox(receiver);
    receiver.answers((request) => inbox.answer(request, random));
    return inbox;
  }

  get url(): string {
    return this.receiver.url;
  }

  /** How many distinct events were accepted. */
  get events(): number {
    return this.eventIds.size;
  }

  /** The secret that deliveries must be signed with. */
  expectSignedWith(secret: string): void {
    this.secret = secret;
  }

  /** Waits until accepted events make a condition true; rejects when they do not in time. */
  until(condition: () => boolean, patienceMs: number): Promise<void> {
    return this.arrivals.until(condition, 'events to be delivered', patienceMs);
  }

  close(): Promise<void> {
    return this.receiver.close();
  }

  private answer(request: Received, random: Random): Behaviour {
    if (random.chance(REFUSED)) return 500;
    this.count(request);
    this.arrivals.notify();
    return 200;
  }

  private count(request: Received): void {
    const { plain, standard } = signedWith(this.secret, request);
    if (!plain || !standard) this.unsigned += 1;
    const id = String(request.headers['webhook-id']);
    if (this.eventIds.has(id)) return void (this.repeated += 1);
    this.eventIds.add(id);
    const { event, data } = JSON.parse(request.body) as Body;
    // An attempt that failed as a whole may tell so; it took no effect, and its caller tried again.
    if (event === 'sync.failed') return;
    const told = `${event} ${data.externalId ?? data.entityType}`;
    this.told.set(told, (this.told.get(told) ?? 0) + 1);
  }
}
