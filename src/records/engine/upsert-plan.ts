import { newId } from '../../platform/ids/ids.js';
import type { FieldValue } from '../fields/rules.js';
import type { RecordType } from '../record-types/record-type.js';
import { type Content, hashContent } from './content.js';
import type { NewRow, StoredRow } from './record-table.js';
import type { CheckedRow } from './row-check.js';

/** What a call will do to the table, decided before anything is written. */
export interface Plan {
  inserts: NewRow[];
  rewrites: NewRow[];
  /** What became of records that changed; the unchanged are not here. */
  changes: { change: 'created' | 'updated'; id: string; externalId: string }[];
  /** Ids of rows that are accepted and change nothing. */
  unchanged: string[];
  /** For each accepted row of the call, by index: which record it is and whether it now exists anew. */
  accepted: Map<number, { id: string; externalId: string; created: boolean }>;
  /** By how much the number of live records grows. */
  liveMore: number;
}

/** Which ids the references of the call's rows stand for, by field and external id. */
export type ResolvedReferences = Map<string, Map<string, string>>;

/**
 * Decides for each acceptable row whether it creates, changes, revives or leaves a record.
 * @param whole an omitted field is cleared (PUT) instead of left as it is (bulk).
 */
export function planUpsert(
  type: RecordType,
  rows: CheckedRow[],
  stored: Map<string, StoredRow>,
  references: ResolvedReferences,
  now: string,
  whole: boolean,
): Plan {
  const plan: Plan = {
    inserts: [],
    rewrites: [],
    changes: [],
    unchanged: [],
    accepted: new Map(),
    liveMore: 0,
  };
  for (const row of rows) {
    const present = stored.get(row.externalId);
    const base = baseOf(present, whole);
    const content = mergedContent(type, row, base, references);
    const contentHash = hashContent(content);
    const id = present?.id ?? newId(type.idPrefix);
    const created = !present || present.deleted;
    plan.accepted.set(row.index, { id, externalId: row.externalId, created });
    if (created) plan.liveMore += 1;
    if (present && !present.deleted && present.contentHash === contentHash) {
      plan.unchanged.push(id);
      continue;
    }
    plan.changes.push({ change: created ? 'created' : 'updated', id, externalId: row.externalId });
    const version = (present?.version ?? 0) + 1;
    const createdAt = present?.createdAt ?? now;
    const written = { id, externalId: row.externalId, content, contentHash, version, createdAt };
    (present ? plan.rewrites : plan.inserts).push(written);
  }
  return plan;
}

/** The stored record whose omitted fields stay as they are: none for a new, a deleted or a wholly written record. */
export function baseOf(present: StoredRow | undefined, whole: boolean): StoredRow | undefined {
  return present && !present.deleted && !whole ? present : undefined;
}

/** The record's content after the row: what was given, else what was stored, else nothing. */
function mergedContent(
  type: RecordType,
  row: CheckedRow,
  base: StoredRow | undefined,
  references: ResolvedReferences,
): Content {
  let before: Content | undefined;
  return type.content.map(({ field, reference }, position): FieldValue => {
    const given = row.values[field];
    if (given === undefined) {
      before ??= base?.content();
      return before?.[position] ?? null;
    }
    if (!reference || given === null) return given;
    return references.get(field)?.get(given as string) ?? null;
  });
}
