import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { WriteBehind } from '../../platform/background/write-behind.js';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { groupBy } from '../../platform/values/group-by.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { CredentialRows } from './credential-rows.js';

interface Use {
  id: string;
  at: number;
}

/** Stores when each credential was last used. The time never moves backwards, even with several processes. */
@Injectable()
export class LastUse implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly uses: WriteBehind<Use>;

  constructor(
    private readonly database: Database,
    private readonly rows: CredentialRows,
    @Inject(LOGGER) logger: Logger,
  ) {
    const merge = (_: Use, newer: Use): Use => newer;
    this.uses = new WriteBehind(
      { what: 'last use of credentials', merge, write: (uses) => this.write(uses) },
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.uses.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.uses.stop();
  }

  note(id: string): void {
    if (this.rows.of(id).remembersUse) this.uses.add(id, { id, at: Date.now() });
  }

  /** Writes the buffered times to the database. */
  flush(): Promise<void> {
    return this.uses.flush();
  }

  private async write(uses: Use[]): Promise<void> {
    const byTable = groupBy(uses, ({ id }) => this.rows.of(id).table);
    for (const [table, some] of byTable) await this.writeInto(table, some);
  }

  private async writeInto(table: string, uses: Use[]): Promise<void> {
    const cases = uses.map(() => 'WHEN ? THEN ?').join(' ');
    const times = uses.flatMap(({ id, at }) => [id, toSqlInstant(new Date(at))]);
    const ids = uses.map(({ id }) => id);
    const later = `CASE id ${cases} END`;
    await this.database.write(
      `UPDATE ${table} SET last_used_at = ${later}
       WHERE id IN (${placeholders(ids.length)}) AND (last_used_at IS NULL OR last_used_at < ${later})`,
      [...times, ...ids, ...times],
    );
  }
}
