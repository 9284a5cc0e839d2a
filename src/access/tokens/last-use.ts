import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';

const FLUSH_MS = 60_000;
const PER_STATEMENT = 500;
/** Where the credentials lie whose last use is kept, by the prefix of their ids. */
const TABLES: Record<string, string> = { tok: 'tokens', pat: 'personal_tokens' };

/**
 * Remembers when each credential was last used and writes it down about once a minute: never a write per request,
 * and never backwards, whichever process writes last.
 */
@Injectable()
export class LastUse implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private uses = new Map<string, number>();
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

  note(credentialId: string): void {
    this.uses.set(credentialId, Date.now());
  }

  /** Writes what has gathered; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    const uses = [...this.uses];
    this.uses = new Map();
    for (const [prefix, table] of Object.entries(TABLES)) {
      await this.flushInto(
        table,
        uses.filter(([id]) => id.startsWith(`${prefix}_`)),
      );
    }
  }

  private async flushInto(table: string, uses: [string, number][]): Promise<void> {
    for (let start = 0; start < uses.length; start += PER_STATEMENT) {
      const some = uses.slice(start, start + PER_STATEMENT);
      await this.write(table, some).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'last use not written; will try again');
        for (const [id, at] of some) this.uses.set(id, Math.max(at, this.uses.get(id) ?? 0));
      });
    }
  }

  private async write(table: string, uses: [string, number][]): Promise<void> {
    const cases = uses.map(() => 'WHEN ? THEN ?').join(' ');
    const times = uses.flatMap(([id, at]) => [id, toSqlInstant(new Date(at))]);
    const ids = uses.map(([id]) => id);
    const later = `CASE id ${cases} END`;
    await this.database.write(
      `UPDATE ${table} SET last_used_at = ${later}
       WHERE id IN (${placeholders(ids.length)}) AND (last_used_at IS NULL OR last_used_at < ${later})`,
      [...times, ...ids, ...times],
    );
  }
}
