import { Injectable } from '@nestjs/common';
import { raceOnDuplicate } from '../../platform/database/database-errors.js';
import type { Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { type Counter, Metrics } from '../../platform/metrics/metrics.js';
import { writeEvents } from '../../platform/outbox/outbox.js';
import { cutText, joinWithin, jsonBytes } from '../../platform/values/cut-text.js';
import { recordEvent } from '../record-types/record-events.js';
import { runEvents } from '../sync-logs/run-events.js';
import { FailedRuns } from './failed-runs.js';
import type { RowWarning } from '../sync-logs/sync-log.entity.js';
import { newRunId, type RunSummary, SyncLogs } from '../sync-logs/sync-logs.js';
import type { Owner } from '../../integrations/owner.js';
import { RecordHooks } from '../record-types/record-hooks.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import type { RecordType } from '../record-types/record-type.js';
import { closeWrite } from '../state/integration-state.js';
import { RecordTable, type StoredRow } from './record-table.js';
import { type CheckedRow, checkRow } from './row-check.js';
import { withDateProblems } from './date-order.js';
import { baseOf, type Plan, planUpsert, type ResolvedReferences } from './upsert-plan.js';

/** One call that writes records. */
export interface UpsertCall {
  type: RecordType;
  owner: Owner;
  rows: Record<string, unknown>[];
  /** Boolean members beside the rows, for the hooks. */
  flags?: Record<string, boolean>;
  /**
   * Only for PUT: one row, whose omitted fields are cleared. `guard` throws if the stored row must not be
   * replaced.
   */
  put?: { guard(stored: StoredRow | undefined): void };
}

/** A call whose rows have been checked. */
export interface CheckedCall extends UpsertCall {
  /** Id of its sync log. */
  runId: string;
  checked: CheckedRow[];
  startedAt: Date;
}

/** The result of each row, in the order of the call. */
export type RowOutcome =
  | {
      status: 'CREATED' | 'UPDATED';
      externalId: string;
      internalId: string;
      warnings: CheckedRow['warnings'];
    }
  | RefusedRow;

interface RefusedRow {
  status: 'ERROR';
  /** As sent, of any length. */
  externalId: string;
  internalId: '';
  violations: CheckedRow['violations'];
}

export interface UpsertOutcome {
  rows: RowOutcome[];
  created: number;
  updated: number;
  /** Members that hooks add to the response. */
  extra: Record<string, unknown>;
}

/**
 * Writes records of every type, from bulk calls and PUT.
 * First it checks the rows without the database. Then, in one transaction, it:
 * - resolves the references,
 * - locks the affected records with one SELECT,
 * - decides what to do (`planUpsert`),
 * - writes all new rows in one statement and all changed rows in another,
 * - runs the hooks, and writes the sync log and the events,
 * - updates the integration's sequence and counts.
 * Valid rows of a call commit together; a refused row stops no other. If two calls create the same record,
 * the unique key refuses the later one; it runs again and finds the record.
 */
@Injectable()
export class UpsertEngine {
  private readonly rowsSynced: Counter<'type' | 'outcome'>;

  constructor(
    private readonly registry: RecordRegistry,
    private readonly hooks: RecordHooks,
    private readonly logs: SyncLogs,
    private readonly failedRuns: FailedRuns,
    metrics: Metrics,
  ) {
    this.rowsSynced = metrics.counter({
      name: 'eudr_rows_synced_total',
      help: 'Rows received in bulk calls, by record type and outcome.',
      labelNames: ['type', 'outcome'],
    });
  }

  /** Checks the rows before any transaction, so these checks hold no lock. */
  check(call: UpsertCall): CheckedCall {
    const checked = call.rows.map((row, index) => checkRow(call.type, row, index));
    refuseEarlierTwins(checked);
    return { ...call, runId: newRunId(), checked, startedAt: new Date() };
  }

  /**
   * Writes the checked rows in the caller's transaction. After this, the caller should only store the
   * response, because the integration's state stays locked until the commit.
   * A bulk call that fails as a whole is logged later, in its own transaction.
   */
  async write(tx: Tx, call: CheckedCall): Promise<UpsertOutcome> {
    const { type, owner } = call;
    if (!call.put) tx.afterFailure((error) => this.failedRuns.log(call, error));
    const table = new RecordTable(type);
    const now = toSqlInstant(new Date());
    const references = await this.resolveReferences(tx, call);
    const referring = call.checked.map((row) => withReferenceProblems(type, row, references, this.registry));
    const stored = await table.lock(tx, owner, externalIdsOf(referring));
    call.put?.guard(stored.get(referring[0]?.externalId ?? ''));

    const whole = call.put !== undefined;
    const rows = referring.map((row) =>
      withDateProblems(type, row, baseOf(stored.get(row.externalId), whole)),
    );
    const good = rows.filter((row) => row.violations.length === 0);
    const plan = planUpsert(type, good, stored, references, now, whole);
    await table.insert(tx, owner, plan.inserts, now).catch(raceOnDuplicate);
    await table.rewrite(tx, owner, plan.rewrites, now);
    await table.markSynced(tx, owner, plan.unchanged, now);
    await table.markRefused(tx, owner, refusedRecords(rows, plan, stored));
    return this.conclude(tx, call, rows, plan);
  }

  /** Runs the hooks and writes the log, the events and the integration's state. */
  private async conclude(tx: Tx, call: CheckedCall, rows: CheckedRow[], plan: Plan): Promise<UpsertOutcome> {
    const { type, owner } = call;
    const accepted = [...plan.accepted.values()];
    const hooked = await this.hooks.runWritten(type.entityType, tx, owner, accepted, call.flags ?? {});
    const outcome = { ...outcomeOf(rows, plan), extra: hooked.answer };
    const run = summaryOf(call, outcome, plan);
    await this.logs.write(tx, owner, run);
    const changes = plan.changes.map((changed) => recordEvent(type, changed.change, changed));
    const events = await writeEvents(tx, owner, [...changes, ...hooked.events, ...runEvents(run)]);
    await closeWrite(tx, owner, type, plan.liveMore, changes.length > 0 ? events : undefined);
    tx.afterCommit(() => this.count(type, outcome));
    return outcome;
  }

  private async resolveReferences(tx: Tx, call: CheckedCall): Promise<ResolvedReferences> {
    const resolved: ResolvedReferences = new Map();
    for (const { field, to } of call.type.references) {
      const named = call.checked.map((row) => row.values[field]).filter((value) => typeof value === 'string');
      const table = new RecordTable(this.registry.get(to));
      resolved.set(field, await table.liveIds(tx, call.owner, [...new Set(named)]));
    }
    return resolved;
  }

  private count(type: RecordType, outcome: UpsertOutcome): void {
    const refused = outcome.rows.length - outcome.created - outcome.updated;
    this.rowsSynced.inc({ type: type.plural, outcome: 'created' }, outcome.created);
    this.rowsSynced.inc({ type: type.plural, outcome: 'updated' }, outcome.updated);
    this.rowsSynced.inc({ type: type.plural, outcome: 'refused' }, refused);
  }
}

/** If an external id occurs several times in a call, the last row counts. The earlier rows get an error. */
function refuseEarlierTwins(rows: CheckedRow[]): void {
  const last = new Map(rows.map((row) => [row.externalId, row.index]));
  for (const row of rows) {
    const decisive = last.get(row.externalId);
    if (row.externalId === '' || decisive === row.index) continue;
    const message = `Duplicate externalId "${cutText(row.externalId)}": the row at index ${decisive} was used instead.`;
    row.violations.push({ path: 'externalId', message });
  }
}

/**
 * Returns the row, or a copy with violations for references to missing records. The original stays unchanged
 * for a retry of the transaction.
 */
function withReferenceProblems(
  type: RecordType,
  row: CheckedRow,
  references: ResolvedReferences,
  registry: RecordRegistry,
): CheckedRow {
  const problems = type.references.flatMap(({ field, to }) => {
    const named = row.values[field];
    if (typeof named !== 'string' || references.get(field)?.has(named)) return [];
    const { label, plural } = registry.get(to);
    return [{ path: field, message: `${label} with externalId "${named}" not found. Sync ${plural} first.` }];
  });
  return problems.length === 0 ? row : { ...row, violations: [...row.violations, ...problems] };
}

/**
 * Returns all valid external ids of the call. They are sorted, so concurrent calls lock in the same order and
 * cannot deadlock.
 */
function externalIdsOf(rows: CheckedRow[]): string[] {
  const usable = rows.map((row) => row.values['externalId']).filter((value) => typeof value === 'string');
  return [...new Set(usable)].sort();
}

/** Returns the live records whose rows in this call were all refused. */
function refusedRecords(rows: CheckedRow[], plan: Plan, stored: Map<string, StoredRow>): string[] {
  const accepted = new Set([...plan.accepted.values()].map(({ id }) => id));
  return rows
    .filter((row) => row.violations.length > 0)
    .flatMap((row) => stored.get(row.externalId) ?? [])
    .filter((record) => !record.deleted && !accepted.has(record.id) && record.syncStatus !== 'ERROR')
    .map((record) => record.id);
}

function outcomeOf(rows: CheckedRow[], plan: Plan): Omit<UpsertOutcome, 'extra'> {
  const outcomes = rows.map((row): RowOutcome => {
    const { externalId, index, violations, warnings } = row;
    const accepted = plan.accepted.get(index);
    if (!accepted) return { status: 'ERROR', externalId, internalId: '', violations };
    const status = accepted.created ? 'CREATED' : 'UPDATED';
    return { status, externalId, internalId: accepted.id, warnings };
  });
  const counted = (status: RowOutcome['status']): number =>
    outcomes.filter((row) => row.status === status).length;
  return { rows: outcomes, created: counted('CREATED'), updated: counted('UPDATED') };
}

function summaryOf(call: CheckedCall, outcome: UpsertOutcome, plan: Plan): RunSummary {
  const errors = rowErrors(outcome.rows);
  const single = outcome.created > 0 ? ('CREATE' as const) : ('UPDATE' as const);
  return {
    id: call.runId,
    entityType: call.type.entityType,
    action: call.put ? single : 'FULL_SYNC',
    created: outcome.created,
    updated: outcome.updated,
    unchanged: plan.unchanged.length,
    errors,
    warnings: rowWarnings(outcome.rows),
    startedAt: call.startedAt,
  };
}

/** Returns the refused rows in the form of the response and the sync log. */
export function rowErrors(rows: RowOutcome[]): { externalId: string; index: number; error: string }[] {
  return rows.flatMap((row, index) => (row.status === 'ERROR' ? [rowError(row, index)] : []));
}

/**
 * Byte limit of one refused row in the response: its external id twice, its error, and the rest of the JSON.
 */
const MAX_ROW_BYTES = 4096;
const REST_BYTES = 256;

function rowError(row: RefusedRow, index: number): { externalId: string; index: number; error: string } {
  const externalId = cutText(row.externalId);
  const messages = row.violations.map(({ message }) => message);
  const error = joinWithin(messages, MAX_ROW_BYTES - REST_BYTES - 2 * jsonBytes(externalId));
  return { externalId, index, error };
}

/** Returns the warnings of the accepted rows in the form of the response and the sync log. */
export function rowWarnings(rows: RowOutcome[]): RowWarning[] {
  return rows.flatMap((row, index) =>
    row.status === 'ERROR'
      ? []
      : row.warnings.map(({ path, message }) => ({
          externalId: row.externalId,
          index,
          path,
          warning: message,
        })),
  );
}
