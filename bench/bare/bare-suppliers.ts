import type { Sql, SqlValue } from '../../src/platform/database/sql.js';
import type { Owner } from '../../src/integrations/owner.js';
import { SUPPLIER } from '../../src/records/suppliers/supplier.record-type.js';
import type { SupplierInput } from '../../src/records/suppliers/dto/supplier-input.dto.js';
import type { BareDatabase } from './bare-database.js';
import type { Statements } from './statements.js';

type Row = Record<string, string | number | null>;

/** In place of the digest that the product computes: as long, and always the same. */
const NO_HASH = 'x'.repeat(43);
const CONTENT = 'name code country address contact_person email phone certifications is_eu_origin';

/** The least that can answer the two calls: the product's statements and answers, and nothing between. */
export class BareSuppliers {
  private made = 0;

  constructor(
    private readonly database: BareDatabase,
    private readonly owner: Owner,
    private readonly statements: Statements,
  ) {
    const columns = SUPPLIER.content.map(({ column }) => column).join(' ');
    if (columns !== CONTENT) throw new Error(`The product now writes other columns: ${columns}`);
  }

  async list(limit: number): Promise<object> {
    const { integrationId, companyId } = this.owner;
    const [rows, [counts]] = await Promise.all([
      this.database.select<Row>(this.statements.page, [integrationId, companyId]),
      this.database.select<Row>(this.statements.counts, [integrationId]),
    ]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const entities = shown.map((row) => ({
      externalId: row['external_id'],
      internalId: row['id'],
      name: row['name'],
      syncStatus: row['sync_status'],
      lastSyncedAt: isoInstant(String(row['last_synced_at'])),
    }));
    const cursor = last && Buffer.from(JSON.stringify([2, last['id']])).toString('base64url');
    const nextCursor = rows.length > limit ? cursor : null;
    return { entities, total: Number(counts?.['suppliers']), page: 1, limit, nextCursor };
  }

  /** A full call whose rows are all new or all stored. */
  async upsert(rows: SupplierInput[]): Promise<object> {
    const { integrationId, companyId } = this.owner;
    const startedAt = sqlInstant();
    return this.database.transaction(async (sql) => {
      const externalIds = rows.map(({ externalId }) => externalId);
      const found = await sql.select<Row>(this.statements.lookUp, [integrationId, companyId, ...externalIds]);
      const stored = new Map(found.map((row) => [row['external_id'], row]));
      const now = sqlInstant();
      const ids = rows.map(({ externalId }) => String(stored.get(externalId)?.['id'] ?? this.newId('sup')));
      const values = rows.flatMap((row, index) =>
        this.rowValues(ids[index] as string, row, stored.get(row.externalId), now),
      );
      const created = rows.length - stored.size;
      await sql.write(created > 0 ? this.statements.insert : this.statements.rewrite, values);
      const change = created > 0 ? 'created' : 'updated';
      const changes = rows.map(({ externalId }, index) => ({ externalId, internalId: ids[index] }));
      await this.close(sql, created, stored.size, startedAt);
      await this.tell(sql, `supplier.${change}`, changes, created, now);
      const status = created > 0 ? 'CREATED' : 'UPDATED';
      const records = externalIds.map((externalId, index) => ({
        externalId,
        internalId: ids[index],
        status,
      }));
      return { success: true, created, updated: stored.size, errors: [], records };
    });
  }

  /** Values of a row, in the order of the product's columns. */
  rowValues(id: string, row: SupplierInput, stored: Row | undefined, now: string): SqlValue[] {
    return [
      id,
      this.owner.companyId,
      this.owner.integrationId,
      row.externalId,
      row.name,
      row.code ?? null,
      row.country ?? null,
      row.address ?? null,
      row.contactPerson ?? null,
      row.email ?? null,
      row.phone ?? null,
      row.certifications ? JSON.stringify(row.certifications) : null,
      row.isEuOrigin ? 1 : 0,
      NO_HASH,
      Number(stored?.['version'] ?? 0) + 1,
      'SYNCED',
      now,
      stored?.['created_at'] ?? now,
      now,
      null,
    ];
  }

  /** An id of the product's form, in the order of making. */
  newId(prefix: string): string {
    this.made += 1;
    return `${prefix}_${Date.now().toString(32).padStart(10, '0')}${String(this.made).padStart(16, '0')}`;
  }

  private async close(sql: Sql, created: number, updated: number, startedAt: string): Promise<void> {
    const { integrationId, companyId } = this.owner;
    const metadata = JSON.stringify({ created, updated, unchanged: 0, deleted: 0, errors: [] });
    const ended = sqlInstant();
    await sql.write(this.statements.log, [
      this.newId('log'),
      companyId,
      integrationId,
      'SUPPLIER',
      'FULL_SYNC',
      'SUCCESS',
      created + updated,
      null,
      metadata,
      startedAt,
      ended,
      ended,
    ]);
  }

  /** The events of the rows and of the call, and the state that puts them in order. */
  private async tell(sql: Sql, type: string, changes: object[], created: number, now: string): Promise<void> {
    const { companyId, integrationId } = this.owner;
    const run = { entityType: 'SUPPLIER', created, updated: changes.length - created, errors: 0 };
    const events: [string, object][] = [
      ...changes.map((data): [string, object] => [type, data]),
      ['sync.completed', run],
    ];
    const set = this.newId('evt');
    await sql.write(this.statements.eventSet, [set, companyId, integrationId, events.length, now]);
    await sql.write(
      this.statements.events,
      events.flatMap(([name, data], place) => [set, place, name, JSON.stringify(data)]),
    );
    await sql.write(this.statements.close, [integrationId, created]);
    await sql.write(this.statements.feed, [set, now, integrationId]);
  }
}

function sqlInstant(): string {
  return new Date().toISOString().replace('T', ' ').replace('Z', '');
}

function isoInstant(text: string): string {
  return `${text.replace(' ', 'T')}Z`;
}
