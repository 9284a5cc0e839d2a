import { newId } from '../../platform/ids/ids.js';
import type { FieldValue } from '../fields/rules.js';
import type { RecordType } from '../record-types/record-type.js';
import { type Content, hashContent } from './content.js';
import type { NewRow, StoredRow } from './record-table.js';
import type { CheckedRow } from './row-check.js';

/** The changes that a call will make, decided before anything is written. */
export interface Plan {
  inserts: NewRow[];
  rewrites: NewRow[];
  /** Created and updated records, without unchanged ones. */
  changes: { change: 'created' | 'updated'; id: string; externalId: string }[];
  /** Ids of accepted rows that change nothing. */
  unchanged: string[];
  /** Accepted rows of the call by index: their record, and whether the call creates it. */
  accepted: Map<number, { id: string; externalId: string; created: boolean }>;
  /** Change of the number of live records. */
  liveMore: number;
}

/** Ids of the referenced records, by field and external id. */
export type ResolvedReferences = Map<string, Map<string, string>>;

/**
 * Decides for each valid row whether it creates, updates, restores or keeps a record.
 * @param whole whether an omitted field is cleared (PUT) or stays unchanged (bulk)
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

/**
 * Returns the stored record whose omitted fields stay unchanged; undefined if the record is new, deleted or
 * replaced as a whole.
 */
export function baseOf(present: StoredRow | undefined, whole: boolean): StoredRow | undefined {
  return present && !present.deleted && !whole ? present : undefined;
}

/** Returns the record's content after the row: the sent value, else the stored value, else null. */
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
