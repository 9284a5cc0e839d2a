import { Injectable } from '@nestjs/common';
import { type FindOptionsSelect, In } from 'typeorm';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import type { SqlValue } from '../../platform/database/sql.js';
import type { Page, PageRequest } from '../../platform/paging/page.js';
import { idKey, type Listing, readPage } from '../../platform/paging/read-page.js';
import { SYNC_LOG_ID } from './sync-logs.errors.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { deleteOldest } from '../../platform/background/sweep.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { leastIdAt, newId } from '../../platform/ids/ids.js';
import type { Owner } from '../../integrations/owner.js';
import {
  type LoggedType,
  type RunMetadata,
  type RunStatus,
  type SyncAction,
  SyncLog,
  SYNC_LOG_ID_PREFIX,
} from './sync-log.entity.js';

/** What a run has to say of itself when it ends. */
export interface RunSummary {
  /** Its id, where it is known before; see `newRunId`. */
  id?: string;
  entityType: LoggedType;
  action: SyncAction;
  created?: number;
  updated?: number;
  unchanged?: number;
  deleted?: number;
  errors?: RunMetadata['errors'];
  warnings?: RunMetadata['warnings'];
  /** Why nothing was written, where the run failed as a whole. */
  failure?: string;
  startedAt: Date;
}

export interface SyncLogFilter {
  entityType?: LoggedType;
  status?: RunStatus;
}

const MAX_PAGE_BYTES = 2_000_000;

const INSERT = `
  INSERT INTO sync_logs (id, company_id, integration_id, entity_type, action, status, records_affected,
    error_message, metadata, started_at, completed_at, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** An id for a run that is not logged yet: whatever is logged of it later, at most one log has it. */
export const newRunId = (): string => newId(SYNC_LOG_ID_PREFIX);

/** Keeps one log per sync run, written in the run's own transaction. */
@Injectable()
export class SyncLogs {
  constructor(private readonly database: Database) {}

  async write(tx: Tx, owner: Owner, run: RunSummary): Promise<void> {
    const { created = 0, updated = 0, unchanged = 0, deleted = 0, errors = [], warnings = [] } = run;
    const affected = created + updated + deleted;
    const counts = { created, updated, unchanged, deleted };
    const metadata: RunMetadata = { ...counts, errors, ...(warnings.length > 0 ? { warnings } : {}) };
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
      JSON.stringify(metadata),
      toSqlInstant(run.startedAt),
      completedAt,
      completedAt,
    ]);
  }

  /** Forgets some runs that began before a time. @returns how many. */
  sweep(before: Date): Promise<number> {
    return deleteOldest(this.database, 'sync_logs', leastIdAt(SYNC_LOG_ID_PREFIX, before));
  }

  /** An integration's runs, the latest first. The refused rows of a page are bounded in bytes. */
  async list(owner: Owner, filter: SyncLogFilter, request: PageRequest): Promise<Page<SyncLog>> {
    const page = await readPage<Sized>(this.database, listingOf(owner, filter), request);
    const whole = page.items.slice(0, howManyFit(page.items));
    const rest = page.items.slice(whole.length);
    return { ...page, items: [...(await this.whole(whole)), ...(await this.truncated(rest))] };
  }

  /** @throws NOT_FOUND */
  async find(owner: Owner, id: string): Promise<SyncLog> {
    const log = await this.database.read((manager) => manager.findOneBy(SyncLog, { id, ...owner }));
    if (!log) throw SYNC_LOG_ID.notFound(id);
    return log;
  }

  private async whole(sized: Sized[]): Promise<SyncLog[]> {
    if (sized.length === 0) return [];
    return this.database.read((manager) =>
      manager.find(SyncLog, { where: { id: In(idsOf(sized)) }, order: { id: 'DESC' } }),
    );
  }

  private async truncated(sized: Sized[]): Promise<SyncLog[]> {
    if (sized.length === 0) return [];
    const logs = await this.database.read((manager) =>
      manager.find(SyncLog, {
        select: ALL_BUT_METADATA,
        where: { id: In(idsOf(sized)) },
        order: { id: 'DESC' },
      }),
    );
    const counts = await this.counts(idsOf(sized));
    return logs.map((log) =>
      Object.assign(log, { metadata: { ...(counts.get(log.id) as Counts), errors: [], truncated: true } }),
    );
  }

  private async counts(ids: string[]): Promise<Map<string, Counts>> {
    const columns = COUNTS.map((name) => `JSON_EXTRACT(metadata, '$.${name}') AS ${name}`).join(', ');
    const rows = await this.database.select<{ id: string } & Record<keyof Counts, string | number>>(
      `SELECT id, ${columns} FROM sync_logs WHERE id IN (${placeholders(ids.length)})`,
      ids,
    );
    const countsOf = (row: Record<keyof Counts, string | number>): Counts =>
      Object.fromEntries(COUNTS.map((name) => [name, Number(row[name])])) as unknown as Counts;
    return new Map(rows.map((row) => [row.id, countsOf(row)]));
  }
}

const ALL_BUT_METADATA: FindOptionsSelect<SyncLog> = {
  id: true,
  integrationId: true,
  companyId: true,
  entityType: true,
  action: true,
  status: true,
  recordsAffected: true,
  errorMessage: true,
  startedAt: true,
  completedAt: true,
  createdAt: true,
};

type Counts = Omit<RunMetadata, 'errors' | 'warnings' | 'truncated'>;
const COUNTS = ['created', 'updated', 'unchanged', 'deleted'] as const;

/** A run with the size of its refused rows. */
interface Sized {
  id: string;
  bytes: string | number;
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
    columns: `id, ${dialect.byteLength('metadata')} AS bytes`,
    from: `sync_logs ${dialect.useIndex(`ix_sync_logs_${index}`)}`,
    where: conditions.map(([text]) => text).join(' AND '),
    values: conditions.map(([, value]) => value),
    keys: [idKey('id', SYNC_LOG_ID_PREFIX)],
    descending: true,
  };
}

/** The first one always fits, so that each can be read. */
function howManyFit(sized: Sized[]): number {
  let sum = 0;
  const tooMany = sized.findIndex(({ bytes }) => (sum += Number(bytes)) > MAX_PAGE_BYTES);
  return tooMany === -1 ? sized.length : Math.max(1, tooMany);
}

function idsOf(sized: Sized[]): string[] {
  return sized.map(({ id }) => id);
}

function statusOf(accepted: number, refused: number): RunStatus {
  if (refused === 0) return 'SUCCESS';
  return accepted === 0 ? 'ERROR' : 'PARTIAL';
}

function refusals(accepted: number, refused: number): string | null {
  return refused > 0 ? `${refused} of ${accepted + refused} rows were refused.` : null;
}
