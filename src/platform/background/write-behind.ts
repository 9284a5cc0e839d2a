import type { Logger } from '../logging/logger.js';

const FLUSH_MS = 60_000;
const PER_WRITE = 500;

export interface WriteBehindOptions<Entry> {
  /** Name of the entries, for the log. */
  what: string;
  /** Merges two entries of one key; called with the older one first. */
  merge(older: Entry, newer: Entry): Entry;
  /** Writes at most 500 entries. After a rejection the same entries come again. */
  write(entries: Entry[]): Promise<void>;
}

/**
 * Collects entries by key in memory and writes them about once a minute, instead of one write per request.
 * A process that dies loses at most one minute. Entries that cannot be written are kept for the next flush.
 */
export class WriteBehind<Entry> {
  private gathered = new Map<string, Entry>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: WriteBehindOptions<Entry>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  add(key: string, entry: Entry): void {
    const present = this.gathered.get(key);
    this.gathered.set(key, present === undefined ? entry : this.options.merge(present, entry));
  }

  async flush(): Promise<void> {
    const entries = [...this.gathered];
    this.gathered = new Map();
    for (let start = 0; start < entries.length; start += PER_WRITE) {
      const some = entries.slice(start, start + PER_WRITE);
      await this.options.write(some.map(([, entry]) => entry)).catch((error: unknown) => {
        this.logger.warn({ err: error }, `saving ${this.options.what} failed; will retry`);
        for (const [key, entry] of some) this.putBack(key, entry);
      });
    }
  }

  private putBack(key: string, older: Entry): void {
    const newer = this.gathered.get(key);
    this.gathered.set(key, newer === undefined ? older : this.options.merge(older, newer));
  }
}
