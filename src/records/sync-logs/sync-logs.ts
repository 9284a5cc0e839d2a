import { Injectable } from '@nestjs/common';
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

export interface SyncLogQuery {
  entityType?: LoggedType;
  status?: RunStatus;
  page: number;
  limit: number;
}

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

  /** An integration's runs, the latest first. */
  async list(owner: Owner, query: SyncLogQuery): Promise<{ logs: SyncLog[]; total: number }> {
    const { entityType, status, page, limit } = query;
    const [logs, total] = await this.database.read((manager) =>
      manager.findAndCount(SyncLog, {
        where: { ...owner, ...(entityType ? { entityType } : {}), ...(status ? { status } : {}) },
        order: { id: 'DESC' },
        skip: (page - 1) * limit,
        take: limit,
      }),
    );
    return { logs, total };
  }
}

function statusOf(accepted: number, refused: number): RunStatus {
  if (refused === 0) return 'SUCCESS';
  return accepted === 0 ? 'ERROR' : 'PARTIAL';
}

function refusals(accepted: number, refused: number): string | null {
  return refused > 0 ? `${refused} of ${accepted + refused} rows were refused.` : null;
}
