import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { type Config, engineOf } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import { createDataSource, type Schema } from './data-source.js';
import type { Database } from './database.js';
import { isUnavailable } from './database-errors.js';
import { mendOf } from './connect-problem.js';
import { isBehind, migrate, unknownMigrations } from './migrator.js';

const RETRY_MS = 500;

/** The database lacks migrations, and this process may not run them. */
export class DatabaseBehind extends Error {
  constructor() {
    super(
      'The database is behind this version. Run `npm run eudr -- migrate`, or set MIGRATE_ON_START=true.',
    );
  }
}

/** A later version has migrated the database. This version may misread or break that version's data. */
export class DatabaseAhead extends Error {
  constructor(unknown: string[]) {
    super(
      `The database is ahead of this version: it has had ${unknown.length} migrations that this version does not know, ` +
        `the last one ${unknown.at(-1)}. Start the version that made them or a later one, or undo them with that ` +
        'version first: `npx typeorm migration:revert -d dist/ormconfig.js`, once for each.',
    );
  }
}

/** A migration failed, and a retry would fail again. */
export class MigrationFailed extends Error {
  constructor(cause: unknown) {
    super(`The database could not be brought up to date: ${String(cause)}`, { cause });
  }
}

/**
 * Connects in the background and retries without end. A server that starts before its database comes up,
 * answers 503, and recovers by itself.
 */
export class DatabaseConnector {
  private readonly stopping = new AbortController();
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly config: Config,
    private readonly schema: Schema,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.connecting ??= this.connect();
    this.connecting.catch(() => undefined);
  }

  /**
   * @throws {DatabaseBehind} if the schema of the connected database is too old
   * @throws {DatabaseAhead} if it is too new
   */
  whenConnected(): Promise<void> {
    this.start();
    return this.connecting as Promise<void>;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.connecting?.catch(() => undefined);
  }

  private async connect(): Promise<void> {
    let lastProblem = '';
    while (!this.stopping.signal.aborted) {
      try {
        const dataSource = await this.connectOnce();
        this.database.open(dataSource);
        this.logger.info({ engine: dataSource.options.type }, 'database connected');
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        const problem = String((error as { code?: string }).code ?? error);
        if (problem !== lastProblem) this.logger.error({ err: error }, whyNotConnected(error));
        lastProblem = problem;
        await wait(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async connectOnce(): Promise<DataSource> {
    const dataSource = await createDataSource(this.config, this.schema);
    await dataSource.initialize();
    try {
      await this.bringUpToDate(dataSource);
      return dataSource;
    } catch (error) {
      await dataSource.destroy().catch(() => undefined);
      if (isFinal(error) || isUnavailable(error)) throw error;
      throw new MigrationFailed(error);
    }
  }

  private async bringUpToDate(dataSource: DataSource): Promise<void> {
    await requireKnown(dataSource);
    const mayMigrate = this.config.MIGRATE_ON_START ?? engineOf(this.config) === 'embedded';
    if (mayMigrate) await migrate(dataSource, this.logger);
    else if (await isBehind(dataSource)) throw new DatabaseBehind();
    // A later version may have migrated while this one waited for the lock.
    await requireKnown(dataSource);
  }
}

function isFinal(error: unknown): boolean {
  return [DatabaseBehind, DatabaseAhead, MigrationFailed].some((kind) => error instanceof kind);
}

async function requireKnown(dataSource: DataSource): Promise<void> {
  const unknown = await unknownMigrations(dataSource);
  if (unknown.length > 0) throw new DatabaseAhead(unknown);
}

function whyNotConnected(error: unknown): string {
  const mend = mendOf(error);
  return `database not reachable; retrying${mend === undefined ? '' : `: ${mend}`}`;
}
