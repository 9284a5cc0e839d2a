import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { toSqlInstant } from '../platform/database/instant.js';
import type { AuditAction } from './audit-actions.js';
import { type AuditRecord, type Condition, countEntries, recordOf, selectEntries } from './audit-rows.js';
import { idPattern } from '../platform/ids/ids.js';

/** Which entries; all that are given must fit. */
export interface AuditFilter {
  /** Id or exact name of who acted. */
  actor?: string;
  /** Id or exact name of what was acted upon. */
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
  if (actor !== undefined) conditions.push([`actor_${idOrName(actor)} = ?`, actor]);
  if (target !== undefined) conditions.push([`target_${idOrName(target)} = ?`, target]);
  if (action !== undefined) conditions.push(['action = ?', action]);
  if (since) conditions.push(['at >= ?', toSqlInstant(since)]);
  if (until) conditions.push(['at < ?', toSqlInstant(until)]);
  return conditions;
}

function idOrName(text: string): 'id' | 'name' {
  return ID.test(text) ? 'id' : 'name';
}
