import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { dialect, rowPlaceholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';

const FLUSH_MS = 60_000;
const PER_STATEMENT = 500;

/** Whose request it was. */
export interface UsedCredential {
  companyId: string;
  credentialId: string;
}

interface Count extends UsedCredential {
  day: string;
  requests: number;
  errors: number;
  lastUsedAt: number;
}

/** What a credential was used for on a day. */
export interface UsageSummary {
  day: string;
  credentialId: string;
  requests: number;
  errors: number;
  lastUsedAt: string;
}

interface UsageRow {
  day: string;
  credential_id: string;
  requests: string | number;
  errors: string | number;
  last_used_at: string;
}

const COLUMNS = 'company_id, day, credential_id, requests, errors, last_used_at';
const ADD_UP = dialect.orUpdate('company_id, day, credential_id', [
  `requests = usage_days.requests + ${dialect.inserted('requests')}`,
  `errors = usage_days.errors + ${dialect.inserted('errors')}`,
  `last_used_at = CASE WHEN ${dialect.inserted('last_used_at')} > usage_days.last_used_at
     THEN ${dialect.inserted('last_used_at')} ELSE usage_days.last_used_at END`,
]);

/**
 * Counts requests by credential and day in memory, and adds the counts up in the database about once a minute. A
 * process that dies takes at most the counts of a minute with it, and a database that is away no request.
 */
@Injectable()
export class Usage implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private counts = new Map<string, Count>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** @param status with which it was answered. */
  note(used: UsedCredential, status: number): void {
    const now = Date.now();
    const day = new Date(now).toISOString().slice(0, 10);
    this.add({ ...used, day, requests: 1, errors: status >= 400 ? 1 : 0, lastUsedAt: now });
  }

  /** Writes what has gathered; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    const counts = [...this.counts.values()];
    this.counts = new Map();
    for (let start = 0; start < counts.length; start += PER_STATEMENT) {
      const some = counts.slice(start, start + PER_STATEMENT);
      await this.write(some).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'usage not written; will try again');
        for (const count of some) this.add(count);
      });
    }
  }

  /** A company's usage between two days, both counted in, the latest day first. */
  async of(companyId: string, from: string, to: string): Promise<UsageSummary[]> {
    const rows = await this.database.select<UsageRow>(
      `SELECT day, credential_id, requests, errors, last_used_at FROM usage_days
       WHERE company_id = ? AND day >= ? AND day <= ? ORDER BY day DESC, credential_id`,
      [companyId, from, to],
    );
    return rows.map((row) => ({
      day: row.day,
      credentialId: row.credential_id,
      requests: Number(row.requests),
      errors: Number(row.errors),
      lastUsedAt: toIsoInstant(row.last_used_at),
    }));
  }

  private add(count: Count): void {
    const key = `${count.companyId} ${count.day} ${count.credentialId}`;
    const present = this.counts.get(key);
    if (!present) return void this.counts.set(key, { ...count });
    present.requests += count.requests;
    present.errors += count.errors;
    present.lastUsedAt = Math.max(present.lastUsedAt, count.lastUsedAt);
  }

  private async write(counts: Count[]): Promise<void> {
    await this.database.write(
      `INSERT INTO usage_days (${COLUMNS}) VALUES ${rowPlaceholders(counts.length, 6)} ${ADD_UP}`,
      counts.flatMap((count): SqlValue[] => [
        count.companyId,
        count.day,
        count.credentialId,
        count.requests,
        count.errors,
        toSqlInstant(new Date(count.lastUsedAt)),
      ]),
    );
  }
}
