import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { WriteBehind } from '../../platform/background/write-behind.js';
import { Database } from '../../platform/database/database.js';
import { dialect, rowPlaceholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import type { SqlValue } from '../../platform/database/sql.js';
import { idPattern } from '../../platform/ids/ids.js';
import { mapPage, type Page, type PageRequest } from '../../platform/paging/page.js';
import { readPage, textKey } from '../../platform/paging/read-page.js';
import { DAY_MS } from '../../platform/values/time.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';

/** The credential of a request and the company that it counts for. */
export interface UsedCredential {
  companyId: string;
  credentialId: string;
}

interface Count extends UsedCredential {
  /** Days since 1970, in UTC. */
  day: number;
  requests: number;
  errors: number;
  lastUsedAt: number;
}

/** The requests of a credential on one day. */
export interface UsageSummary {
  day: string;
  credentialId: string;
  requests: number;
  errors: number;
  lastUsedAt: string;
}

/** The days to show. Both are inclusive. */
export interface UsageDays {
  from: string;
  to: string;
}

interface UsageRow {
  day: string;
  credential_id: string;
  requests: string | number;
  errors: string | number;
  last_used_at: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const CREDENTIAL_ID = new RegExp(idPattern('[a-z]+'));
const COLUMNS = 'company_id, day, credential_id, requests, errors, last_used_at';
const ADD_UP = dialect.orUpdate('company_id, day, credential_id', [
  `requests = usage_days.requests + ${dialect.inserted('requests')}`,
  `errors = usage_days.errors + ${dialect.inserted('errors')}`,
  `last_used_at = CASE WHEN ${dialect.inserted('last_used_at')} > usage_days.last_used_at
     THEN ${dialect.inserted('last_used_at')} ELSE usage_days.last_used_at END`,
]);

/** Counts requests by credential and day. The database adds the counts of all processes. */
@Injectable()
export class Usage implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly counts: WriteBehind<Count>;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.counts = new WriteBehind(
      { what: 'usage counts', merge: added, write: (counts) => this.write(counts) },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.counts.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.counts.stop();
  }

  /** @param status HTTP status of the response */
  note(used: UsedCredential, status: number): void {
    const now = Date.now();
    const day = Math.floor(now / DAY_MS);
    const count = { ...used, day, requests: 1, errors: status >= 400 ? 1 : 0, lastUsedAt: now };
    this.counts.add(`${used.companyId} ${day} ${used.credentialId}`, count);
  }

  /** Writes the collected counts. */
  flush(): Promise<void> {
    return this.counts.flush();
  }

  /** Returns one page of a company's usage, latest day first. */
  async page(companyId: string, { from, to }: UsageDays, request: PageRequest): Promise<Page<UsageSummary>> {
    const listing = {
      columns: 'day, credential_id, requests, errors, last_used_at',
      from: 'usage_days',
      where: 'company_id = ? AND day >= ? AND day <= ?',
      values: [companyId, from, to],
      keys: [textKey('day', DAY), textKey('credential_id', CREDENTIAL_ID)],
      descending: true,
    };
    return mapPage(await readPage<UsageRow>(this.database, listing, request), summaryOf);
  }

  private async write(counts: Count[]): Promise<void> {
    await this.database.write(
      `INSERT INTO usage_days (${COLUMNS}) VALUES ${rowPlaceholders(counts.length, 6)} ${ADD_UP}`,
      counts.flatMap((count): SqlValue[] => [
        count.companyId,
        dayText(count.day),
        count.credentialId,
        count.requests,
        count.errors,
        toSqlInstant(new Date(count.lastUsedAt)),
      ]),
    );
  }
}

function summaryOf(row: UsageRow): UsageSummary {
  return {
    day: row.day,
    credentialId: row.credential_id,
    requests: Number(row.requests),
    errors: Number(row.errors),
    lastUsedAt: toIsoInstant(row.last_used_at),
  };
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function added(older: Count, newer: Count): Count {
  older.requests += newer.requests;
  older.errors += newer.errors;
  older.lastUsedAt = Math.max(older.lastUsedAt, newer.lastUsedAt);
  return older;
}
