import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { SqlValue } from '../../platform/database/sql.js';
import type { Page, PageRequest } from '../../platform/paging/page.js';
import { idKey, type Listing, readPage } from '../../platform/paging/read-page.js';
import { SYNC_LOG_ID } from './sync-logs.errors.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { deleteOldest } from '../../platform/background/sweep.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { leastIdAt, newId } from '../../platform/ids/ids.js';
import type { Owner } from '../../integrations/owner.js';
import { MAX_DETAILS_BYTES, readRun, storedRun } from './run-details.js';
import {
  type LoggedType,
  type RunMetadata,
  type RunStatus,
  type SyncAction,
  SyncLog,
  SYNC_LOG_ID_PREFIX,
} from './sync-log.entity.js';

/** The result of a run, for its log. */
export interface RunSummary {
  /** The id, if it is known before the run; see `newRunId`. */
  id?: string;
  entityType: LoggedType;
  action: SyncAction;
  created?: number;
  updated?: number;
  unchanged?: number;
  deleted?: number;
  errors?: RunMetadata['errors'];
  warnings?: RunMetadata['warnings'];
  /** Why nothing was written, if the run failed as a whole. */
  failure?: string;
  startedAt: Date;
}

export interface SyncLogFilter {
  entityType?: LoggedType;
  status?: RunStatus;
}

const MAX_PAGE_BYTES = 640 * 1024;
/** Maximum size of the JSON before the errors of a run. */
const MAX_COUNTS_BYTES = 256;

const WITHOUT_METADATA = {
  id: true,
  integrationId: true,
  entityType: true,
  action: true,
  status: true,
  recordsAffected: true,
  errorMessage: true,
  startedAt: true,
  completedAt: true,
  createdAt: true,
} as const;

const INSERT = `
  INSERT INTO sync_logs (id, company_id, integration_id, entity_type, action, status, records_affected,
    error_message, metadata, started_at, completed_at, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Returns an id for a run that is not logged yet. At most one log can have it. */
export const newRunId = (): string => newId(SYNC_LOG_ID_PREFIX);

/** Stores one log for each sync run, in the transaction of the run. */
@Injectable()
export class SyncLogs {
  constructor(private readonly database: Database) {}

  async write(tx: Tx, owner: Owner, run: RunSummary): Promise<void> {
    const { created = 0, updated = 0, unchanged = 0, deleted = 0, errors = [], warnings = [] } = run;
    const affected = created + updated + deleted;
    const counts = { created, updated, unchanged, deleted };
    const completedAt = toSqlInstant(new Date());
    await tx.write(INSERT, [
      run.id ?? newRunId(),
      owner.companyId,
      owner.integrationId,
      run.entityType,
      run.action,
      run.failure === undefined ? statusOf(affected, errors.length) : 'ERROR',
      affected,
      run.failure ?? refusals(affected, errors.length),
      storedRun(counts, { errors, warnings }),
      toSqlInstant(run.startedAt),
      completedAt,
      completedAt,
    ]);
  }

  /**
   * Deletes some runs that began before a time.
   * @returns the number of runs
   */
  sweep(before: Date): Promise<number> {
    return deleteOldest(this.database, 'sync_logs', leastIdAt(SYNC_LOG_ID_PREFIX, before));
  }

  /**
   * Lists an integration's runs, latest first. The runs of a page share `MAX_PAGE_BYTES` for errors and
   * warnings.
   */
  async list(owner: Owner, filter: SyncLogFilter, request: PageRequest): Promise<Page<SyncLog>> {
    const page = await readPage<{ id: string }>(this.database, listingOf(owner, filter), request);
    const where = { id: In(page.items.map(({ id }) => id)) };
    const found = await this.database.read((manager) =>
      manager.find(SyncLog, { select: WITHOUT_METADATA, where, order: { id: 'DESC' } }),
    );
    return { ...page, items: await this.withMetadata(found) };
  }

  /** @throws NOT_FOUND */
  async find(owner: Owner, id: string): Promise<SyncLog> {
    const found = await this.database.read((manager) =>
      manager.find(SyncLog, { select: WITHOUT_METADATA, where: { id, ...owner } }),
    );
    const [log] = await this.withMetadata(found);
    if (!log) throw SYNC_LOG_ID.notFound(id);
    return log;
  }

  /** Reads only as much of each run as the response shows. Earlier versions stored more. */
  private async withMetadata(logs: SyncLog[]): Promise<SyncLog[]> {
    if (logs.length === 0) return [];
    const bytes = Math.min(MAX_DETAILS_BYTES, Math.floor(MAX_PAGE_BYTES / logs.length));
    const rows = await this.database.select<{ id: string; text: string }>(
      `SELECT id, SUBSTR(metadata, 1, ${bytes + MAX_COUNTS_BYTES}) AS text FROM sync_logs
       WHERE id IN (${placeholders(logs.length)})`,
      logs.map(({ id }) => id),
    );
    const texts = new Map(rows.map(({ id, text }) => [id, text]));
    return logs.flatMap((log) => {
      const text = texts.get(log.id);
      // The run was deleted meanwhile.
      if (text === undefined) return [];
      return [{ ...log, metadata: readRun(text, refusedIn(log.errorMessage), bytes) }];
    });
  }
}

function listingOf(owner: Owner, { entityType, status }: SyncLogFilter): Listing {
  const index = status ? 'status' : entityType ? 'type' : 'integration';
  const conditions: [string, SqlValue][] = [
    ['integration_id = ?', owner.integrationId],
    ['company_id = ?', owner.companyId],
    ...(entityType ? [['entity_type = ?', entityType] as [string, SqlValue]] : []),
    ...(status ? [['status = ?', status] as [string, SqlValue]] : []),
  ];
  return {
    columns: 'id',
    from: `sync_logs ${dialect.useIndex(`ix_sync_logs_${index}`)}`,
    where: conditions.map(([text]) => text).join(' AND '),
    values: conditions.map(([, value]) => value),
    keys: [idKey('id', SYNC_LOG_ID_PREFIX)],
    descending: true,
  };
}

/** Returns the number of errors in a message of `refusals`. */
function refusedIn(message: string | null): number {
  return Number.parseInt(message ?? '', 10) || 0;
}

function statusOf(accepted: number, refused: number): RunStatus {
  if (refused === 0) return 'SUCCESS';
  return accepted === 0 ? 'ERROR' : 'PARTIAL';
}

function refusals(accepted: number, refused: number): string | null {
  return refused > 0 ? `${refused} of ${accepted + refused} rows were refused.` : null;
}
