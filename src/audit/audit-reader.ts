import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { normalizedEmail } from '../platform/values/email-address.js';
import type { AuditAction } from './audit-actions.js';
import { type AuditRecord, type Condition, countEntries, recordOf, selectEntries } from './audit-rows.js';
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

export interface AuditQuery extends AuditFilter {
  /** From 1. */
  page: number;
  /** Entries to a page. */
  size: number;
}

const ENTRIES_PER_READ = 500;
const ID = new RegExp(idPattern('[a-z]+'));

/** Shows a company's audit log. */
@Injectable()
export class AuditReader {
  constructor(private readonly database: Database) {}

  /** A page of the entries that fit, the newest first, and how many fit in all. */
  async page(companyId: string, query: AuditQuery): Promise<{ entries: AuditRecord[]; total: number }> {
    const { page, size, ...filter } = query;
    const conditions = conditionsOf(companyId, filter);
    const order = `ORDER BY sequence DESC LIMIT ${size} OFFSET ${(page - 1) * size}`;
    const rows = await selectEntries(this.database, conditions, order);
    return { entries: rows.map(recordOf), total: await countEntries(this.database, conditions) };
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
  return text.includes('@')
    ? [`${role}_name IN (?, ?)`, text, normalizedEmail(text)]
    : [`${role}_name = ?`, text];
}
