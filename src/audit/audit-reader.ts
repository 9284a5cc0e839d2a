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

/** Which entries; all that are given must fit. */
export interface AuditFilter {
  /** Id or exact name of who acted; an address in any case. */
  actor?: string;
  /** Id or exact name of what was acted upon; an address in any case. */
  target?: string;
  action?: AuditAction;
  /** The first moment that counts. */
  since?: Date;
  /** The first moment that counts no more. */
  until?: Date;
}

const ENTRIES_PER_READ = 500;
const BY_TIME = 'ix_audit_entries_time';
const BY_SEQUENCE = numberKey('sequence');
const ID = new RegExp(idPattern('[a-z]+'));

/** Shows a company's audit log. */
@Injectable()
export class AuditReader {
  constructor(private readonly database: Database) {}

  /** A page of the entries that fit, the newest first. */
  async page(companyId: string, filter: AuditFilter, request: PageRequest): Promise<Page<AuditRecord>> {
    const page = await readPage<StoredEntry>(this.database, listingOf(companyId, filter), request);
    return mapPage(page, (row) => recordOf(entryOf(row)));
  }

  /** All entries that fit, the oldest first, read as they are asked for. */
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

/** Each filter alone, and none, has an index in the order in which the entries are then read. */
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

/** Named, for engines guess at how many entries fit and would sort them all. */
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

/** By id, else by exact name; an address also in the form in which it is stored. */
function isParty(role: 'actor' | 'target', text: string): Condition {
  if (ID.test(text)) return [`${role}_id = ?`, text];
  const names = text.includes('@') ? [...new Set([text, normalizedEmail(text)])] : [text];
  return [`${role}_name IN (${placeholders(names.length)})`, ...names];
}
