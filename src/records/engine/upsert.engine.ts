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

/** What one call wants written. */
export interface UpsertCall {
  type: RecordType;
  owner: Owner;
  rows: Record<string, unknown>[];
  /** Booleans that stood beside the rows, for the hooks. */
  flags?: Record<string, boolean>;
  /** PUT: one row, whose omitted fields are cleared. `guard` may refuse what is stored by throwing. */
  put?: { guard(stored: StoredRow | undefined): void };
}

/** A call whose rows were checked. */
export interface CheckedCall extends UpsertCall {
  /** Of its sync log. */
  runId: string;
  checked: CheckedRow[];
  startedAt: Date;
}

/** What became of each row, in the order given. */
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
  /** As given, however long. */
  externalId: string;
  internalId: '';
  violations: CheckedRow['violations'];
}

export interface UpsertOutcome {
  rows: RowOutcome[];
  created: number;
  updated: number;
  /** What hooks added to the answer. */
  extra: Record<string, unknown>;
}

/**
 * The one way by which records are written, whatever their type and whichever door they come through.
 *
 * Rows are checked first, without the database. Then one transaction resolves references, locks the records
 * concerned in one look-up, decides (`planUpsert`), writes all new rows in one statement and all changed ones
 * in another, runs the hooks, writes the sync log and the events, and last moves the integration's sequence and
 * counts. The
 * good rows of a call commit together; a refused row stops no other. Two calls that create the same record
 * meet at its unique key: the later one starts over and finds it stored.
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

  /** Checks the rows by themselves, before any transaction: what needs no database holds no lock meanwhile. */
  check(call: UpsertCall): CheckedCall {
    const checked = call.rows.map((row, index) => checkRow(call.type, row, index));
    refuseEarlierTwins(checked);
    return { ...call, runId: newRunId(), checked, startedAt: new Date() };
  }

  /**
   * Writes the checked rows in the transaction given, which should do nothing afterwards but keep the answer: the
   * integration's state stays locked from here to the commit. A bulk call that fails as a whole is logged later,
   * in a transaction of its own.
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

  /** What follows the rows: the hooks, the log, the events and the integration's state. */
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

/** An external id twice in one call: the last row decides, the earlier ones say so. */
function refuseEarlierTwins(rows: CheckedRow[]): void {
  const last = new Map(rows.map((row) => [row.externalId, row.index]));
  for (const row of rows) {
    const decisive = last.get(row.externalId);
    if (row.externalId === '' || decisive === row.index) continue;
    const message = `Duplicate externalId "${cutText(row.externalId)}": the row at index ${decisive} was used instead.`;
    row.violations.push({ path: 'externalId', message });
  }
}

/** The row as it is, or a copy that says which named records do not exist. Leaves the checked row for a retry. */
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

/** Every usable external id of the call, in one order for all callers so that they do not lock crosswise. */
function externalIdsOf(rows: CheckedRow[]): string[] {
  const usable = rows.map((row) => row.values['externalId']).filter((value) => typeof value === 'string');
  return [...new Set(usable)].sort();
}

/** Live records for which the call held a row, but none that was accepted. */
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

/** The refused rows as the answer and the sync log show them. */
export function rowErrors(rows: RowOutcome[]): { externalId: string; index: number; error: string }[] {
  return rows.flatMap((row, index) => (row.status === 'ERROR' ? [rowError(row, index)] : []));
}

/** Of one row the answer holds at most so many bytes: its external id twice, its error, and the rest of the JSON. */
const MAX_ROW_BYTES = 4096;
const REST_BYTES = 256;

function rowError(row: RefusedRow, index: number): { externalId: string; index: number; error: string } {
  const externalId = cutText(row.externalId);
  const messages = row.violations.map(({ message }) => message);
  const error = joinWithin(messages, MAX_ROW_BYTES - REST_BYTES - 2 * jsonBytes(externalId));
  return { externalId, index, error };
}

/** What is strange about the accepted rows, as the answer and the sync log show it. */
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
