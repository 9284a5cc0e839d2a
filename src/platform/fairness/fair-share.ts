export interface FairShareOptions {
  /** How much there is to share: of places, or of bytes where grants have weights. */
  capacity: number;
  /**
   * How much one party may hold. Unless given, a party is granted more only while it would hold no more than what is
   * free: a party alone gets half, two get a third each, and whoever comes next finds room at once.
   */
  perParty?: number;
  /**
   * For work that keeps the thread: once so many milliseconds of one turn of the event loop are spent, nothing more is
   * granted before the next turn, so that what has come meanwhile is heard. No limit unless given.
   */
  maxTurnMs?: number;
  /**
   * Counts what the process has heard, such as connections. While the count grows from turn to turn, nothing more is
   * granted, for as long at most as the turn before took.
   */
  heard?: () => number;
  /** How many requests of one party may wait; 1,000 unless given. */
  maxWaitingPerParty?: number;
  /** How many requests may wait in all; 10,000 unless given. */
  maxWaiting?: number;
}

/** Raised where no more may be had: because of the party's own share, or because of all parties together. */
export class ShareExceeded extends Error {
  constructor(readonly of: 'party' | 'all') {
    super(of === 'party' ? 'The party holds its whole share.' : 'All shares are taken.');
  }
}

/** Gives back what was granted. Further calls do nothing. */
export type Release = () => void;

interface Waiter {
  grant(): void;
}

/**
 * Shares a limited capacity out among parties, such as integrations, companies or addresses. What becomes free goes
 * to the waiting party that holds least; among equals, to the one that has waited longest. Within a party the first to
 * come is the first to be served. (The rule for a share that is not fixed is that of dynamic thresholds in switches:
 * Choudhury and Hahne, 1998.)
 */
export class FairShare {
  private readonly held = new Map<string, number>();
  /** Those that wait, by party; the party served last stands at the end. */
  private readonly queues = new Map<string, Set<Waiter>>();
  private free: number;
  private waiting = 0;
  private turnBeganAt: number | undefined;

  constructor(private readonly options: FairShareOptions) {
    this.free = options.capacity;
  }

  /** Takes so much at once, without waiting. @throws {ShareExceeded} */
  take(party: string, weight = 1): Release {
    if (weight > this.free) throw new ShareExceeded('all');
    if (!this.isWithinShare(party, weight)) throw new ShareExceeded('party');
    return this.hold(party, weight);
  }

  /** Takes one place where that needs no waiting; undefined where it does. */
  tryTake(party: string): Release | undefined {
    return !this.queues.has(party) && this.mayHold(party) ? this.hold(party, 1) : undefined;
  }

  /**
   * Waits for one place.
   * @param signal ends the waiting; its reason is thrown.
   * @throws {ShareExceeded} at once, where too many wait already.
   */
  async acquire(party: string, signal?: AbortSignal): Promise<Release> {
    signal?.throwIfAborted();
    const release = this.tryTake(party);
    if (release) return release;
    const { maxWaitingPerParty = 1_000, maxWaiting = 10_000 } = this.options;
    const queue = this.queues.get(party) ?? new Set<Waiter>();
    if (queue.size >= maxWaitingPerParty) throw new ShareExceeded('party');
    if (this.waiting >= maxWaiting) throw new ShareExceeded('all');
    this.queues.set(party, queue);
    return this.wait(party, queue, signal);
  }

  /** Does some work while holding one place. @throws what `acquire` and the work throw. */
  async run<T>(party: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.acquire(party, signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  private wait(party: string, queue: Set<Waiter>, signal?: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.leave(party, queue, waiter);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener('abort', giveUp);
          this.leave(party, queue, waiter);
          resolve(this.hold(party, 1));
        },
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      queue.add(waiter);
      this.waiting += 1;
    });
  }

  private leave(party: string, queue: Set<Waiter>, waiter: Waiter): void {
    queue.delete(waiter);
    this.waiting -= 1;
    this.queues.delete(party);
    if (queue.size > 0) this.queues.set(party, queue);
  }

  private hold(party: string, weight: number): Release {
    this.change(party, weight);
    this.beginTurn();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.change(party, -weight);
      this.serve();
    };
  }

  private beginTurn(): void {
    if (this.options.maxTurnMs === undefined || this.turnBeganAt !== undefined) return;
    this.turnBeganAt = performance.now();
    const beganAt = this.turnBeganAt;
    const heard = this.options.heard?.();
    setImmediate(() => {
      const now = performance.now();
      this.endTurn(now + Math.max(now - beganAt, this.options.maxTurnMs ?? 0), heard);
    });
  }

  private endTurn(latest: number, heardBefore: number | undefined): void {
    const heard = this.options.heard?.();
    if (heard !== heardBefore && performance.now() < latest) {
      setImmediate(() => this.endTurn(latest, heard));
      return;
    }
    this.turnBeganAt = undefined;
    this.serve();
  }

  private isTurnOver(): boolean {
    const { maxTurnMs = Infinity } = this.options;
    return this.turnBeganAt !== undefined && performance.now() - this.turnBeganAt >= maxTurnMs;
  }

  private change(party: string, weight: number): void {
    this.free -= weight;
    const held = this.heldBy(party) + weight;
    if (held > 0) this.held.set(party, held);
    else this.held.delete(party);
  }

  private serve(): void {
    for (let next = this.next(); next; next = this.next()) {
      next.grant();
      // Its work begins after this, and may spend the turn.
      if (this.options.maxTurnMs !== undefined) return;
    }
  }

  private next(): Waiter | undefined {
    let least = Infinity;
    let found: Set<Waiter> | undefined;
    for (const [party, queue] of this.queues) {
      const held = this.heldBy(party);
      if (held < least && this.mayHold(party)) [least, found] = [held, queue];
      if (least === 0) break;
    }
    return found?.values().next().value;
  }

  private mayHold(party: string): boolean {
    return this.free >= 1 && this.isWithinShare(party, 1) && !this.isTurnOver();
  }

  private isWithinShare(party: string, weight: number): boolean {
    const held = this.heldBy(party);
    return held === 0 || held + weight <= (this.options.perParty ?? this.free);
  }

  private heldBy(party: string): number {
    return this.held.get(party) ?? 0;
  }
}
