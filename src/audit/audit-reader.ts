import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { dialect, placeholders } from '../platform/database/dialect.js';
import { mapPage, type Page, type PageRequest } from '../platform/paging/page.js';
import { instantKey, type Listing, numberKey, readPage } from '../platform/paging/read-page.js';
import { normalizedEmail } from '../platform/values/email-address.js';
import type { AuditAction } from './audit-actions.js';
import {
  type AuditRecord,
  type Condition,
  ENTRY_COLUMNS,
  entryOf,
  recordOf,
  selectEntries,
  type StoredEntry,
} from './audit-rows.js';
import { idPattern } from '../platform/ids/ids.js';

/** Filters for the audit log. An entry must match all that are set. */
export interface AuditFilter {
  /** Id or exact name of the actor. Upper and lower case do not matter in an email address. */
  actor?: string;
  /** Id or exact name of the target. Upper and lower case do not matter in an email address. */
  target?: string;
  action?: AuditAction;
  /** Inclusive. */
  since?: Date;
  /** Exclusive. */
  until?: Date;
}

const ENTRIES_PER_READ = 500;
const BY_TIME = 'ix_audit_entries_time';
const BY_SEQUENCE = numberKey('sequence');
const ID = new RegExp(idPattern('[a-z]+'));

/** Reads a company's audit log. */
@Injectable()
export class AuditReader {
  constructor(private readonly database: Database) {}

  /** Returns one page of the matching entries, newest first. */
  async page(companyId: string, filter: AuditFilter, request: PageRequest): Promise<Page<AuditRecord>> {
    const page = await readPage<StoredEntry>(this.database, listingOf(companyId, filter), request);
    return mapPage(page, (row) => recordOf(entryOf(row)));
  }

  /**
   * Streams all matching entries, oldest first. It reads the next entries only when the consumer asks for
   * them.
   */
  async *export(companyId: string, filter: AuditFilter = {}): AsyncGenerator<AuditRecord, void, undefined> {
    const conditions = conditionsOf(companyId, filter);
    for (let last = 0; ;) {
      const rows = await selectEntries(
        this.database,
        [...conditions, ['sequence > ?', last]],
        `ORDER BY sequence LIMIT ${ENTRIES_PER_READ}`,
      );
      yield* rows.map(recordOf);
      const end = rows.at(-1);
      if (!end) return;
      last = end.sequence;
    }
  }
}

/** Each single filter has an index in the order of the list; so has the list without a filter. */
function listingOf(companyId: string, filter: AuditFilter): Listing {
  const index = indexFor(filter);
  const conditions = conditionsOf(companyId, filter);
  return {
    columns: ENTRY_COLUMNS,
    from: index === undefined ? 'audit_entries' : `audit_entries ${dialect.useIndex(index)}`,
    where: conditions.map(([text]) => text).join(' AND '),
    values: conditions.flatMap(([, ...values]) => values),
    keys: index === BY_TIME ? [instantKey('at'), BY_SEQUENCE] : [BY_SEQUENCE],
    descending: true,
  };
}

/**
 * Names the index for the engine. The engines misjudge how many entries match, and would then sort them all.
 */
function indexFor({ actor, target, action, since, until }: AuditFilter): string | undefined {
  if (target !== undefined) return partyIndex('target', target);
  if (actor !== undefined) return partyIndex('actor', actor);
  if (action !== undefined) return 'ix_audit_entries_action';
  return (since ?? until) ? BY_TIME : undefined;
}

function partyIndex(role: 'actor' | 'target', text: string): string {
  return `ix_audit_entries_${role}${ID.test(text) ? '' : '_name'}`;
}

function conditionsOf(companyId: string, filter: AuditFilter): Condition[] {
  const { actor, target, action, since, until } = filter;
  const conditions: Condition[] = [['company_id = ?', companyId]];
  if (actor !== undefined) conditions.push(isParty('actor', actor));
  if (target !== undefined) conditions.push(isParty('target', target));
  if (action !== undefined) conditions.push(['action = ?', action]);
  if (since) conditions.push(['at >= ?', toSqlInstant(since)]);
  if (until) conditions.push(['at < ?', toSqlInstant(until)]);
  return conditions;
}

/** Matches an id, or else an exact name. For an email address it also matches the normalized form. */
function isParty(role: 'actor' | 'target', text: string): Condition {
  if (ID.test(text)) return [`${role}_id = ?`, text];
  const names = text.includes('@') ? [...new Set([text, normalizedEmail(text)])] : [text];
  return [`${role}_name IN (${placeholders(names.length)})`, ...names];
}
