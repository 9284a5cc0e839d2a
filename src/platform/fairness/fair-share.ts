export interface FairShareOptions {
  /** The capacity to share: a number of places, or bytes if requests have weights. */
  capacity: number;
  /**
   * Fixed limit of one party.
   * Without it, a party gets more only if it then holds no more than the free rest. One party alone gets
   * half, two get a third each, and the next party always finds room.
   */
  perParty?: number;
  /**
   * For work that blocks the thread: the time limit of one turn of the event loop, in milliseconds. When it
   * is used up, grants wait for the next turn, so the process can accept new requests. Undefined means no
   * limit.
   */
  maxTurnMs?: number;
  /**
   * Counts what the process has accepted, such as connections. While the count grows from turn to turn,
   * grants wait, but no longer than the previous turn took.
   */
  heard?: () => number;
  /** Maximum number of waiting requests of one party; default 1,000. */
  maxWaitingPerParty?: number;
  /** Maximum number of waiting requests in total; default 10,000. */
  maxWaiting?: number;
}

/** The request was refused: because of the party's own share, or because all capacity is used. */
export class ShareExceeded extends Error {
  constructor(readonly of: 'party' | 'all') {
    super(of === 'party' ? 'The party holds its whole share.' : 'All shares are taken.');
  }
}

/** Returns what was granted. Further calls do nothing. */
export type Release = () => void;

interface Waiter {
  grant(): void;
}

/**
 * Shares a limited capacity between parties, such as integrations, companies or addresses.
 * Free capacity goes to the waiting party that holds least; among equals, to the one that was served longest
 * ago. Within a party, the first request is served first.
 * Without `perParty`, the limit follows dynamic thresholds in switches (Choudhury and Hahne, 1998).
 */
export class FairShare {
  private readonly held = new Map<string, number>();
  /** Waiting requests by party. The party served last is at the end. */
  private readonly queues = new Map<string, Set<Waiter>>();
  private free: number;
  private waiting = 0;
  private turnBeganAt: number | undefined;

  constructor(private readonly options: FairShareOptions) {
    this.free = options.capacity;
  }

  /**
   * Takes capacity at once, without waiting.
   * @throws {ShareExceeded}
   */
  take(party: string, weight = 1): Release {
    if (weight > this.free) throw new ShareExceeded('all');
    if (!this.isWithinShare(party, weight)) throw new ShareExceeded('party');
    return this.hold(party, weight);
  }

  /** Takes one place if that needs no waiting; else returns undefined. */
  tryTake(party: string): Release | undefined {
    return !this.queues.has(party) && this.mayHold(party) ? this.hold(party, 1) : undefined;
  }

  /**
   * Waits for one place.
   * @param signal ends the wait; its reason is thrown
   * @throws {ShareExceeded} at once if too many requests already wait
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

  /**
   * Runs work while holding one place.
   * @throws the errors of `acquire` and of the work
   */
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
      // The granted work starts after this and may use up the turn.
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
