import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { writeEvents } from '../../platform/outbox/outbox.js';
import { recordEvent } from '../record-types/record-events.js';
import { SyncLogs } from '../sync-logs/sync-logs.js';
import type { Owner } from '../../integrations/owner.js';
import { nameOf, RecordErrors } from '../record-types/record.errors.js';
import { RecordHooks } from '../record-types/record-hooks.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import type { RecordType } from '../record-types/record-type.js';
import { closeWrite } from '../state/integration-state.js';
import { type Preconditions, requirePreconditions } from './preconditions.js';
import { RecordTable } from './record-table.js';

/** Deletes records. The row stays as a tombstone, which lists with `since` still show. */
@Injectable()
export class RecordRemover {
  constructor(
    private readonly database: Database,
    private readonly registry: RecordRegistry,
    private readonly hooks: RecordHooks,
    private readonly logs: SyncLogs,
  ) {}

  /**
   * @throws NOT_FOUND
   * @throws PRECONDITION_FAILED
   * @throws CONFLICT if other records still refer to this one
   */
  remove(type: RecordType, owner: Owner, externalId: string, preconditions: Preconditions): Promise<void> {
    const startedAt = new Date();
    return this.database.transaction(async (tx) => {
      const table = new RecordTable(type);
      const record = (await table.lock(tx, owner, [externalId])).get(externalId);
      if (!record || record.deleted) throw RecordErrors.notFound(type, externalId);
      requirePreconditions(preconditions, record.version, nameOf(type, externalId));
      await this.refuseWhileReferred(tx, owner, type, record);
      await this.hooks.runBeforeDeletion(type.entityType, tx, owner, record);
      await table.softDelete(tx, owner, record.id, toSqlInstant(new Date()));
      await this.logs.write(tx, owner, {
        entityType: type.entityType,
        action: 'DELETE',
        deleted: 1,
        startedAt,
      });
      const deleted = recordEvent(type, 'deleted', record);
      await closeWrite(tx, owner, type, -1, await writeEvents(tx, owner, [deleted]));
    });
  }

  private async refuseWhileReferred(
    tx: Tx,
    owner: Owner,
    type: RecordType,
    record: { id: string; externalId: string },
  ): Promise<void> {
    const counts: Record<string, number> = {};
    const named: string[] = [];
    for (const { from, reference } of this.registry.referencesTo(type.entityType)) {
      const count = await new RecordTable(from).countReferring(tx, owner, reference.column, record.id);
      if (count === 0) continue;
      counts[from.plural] = count;
      named.push(`${count} ${count === 1 ? from.label.toLowerCase() : from.plural}`);
    }
    if (named.length === 0) return;
    throw CommonErrors.conflict.error({
      message: `${type.label} "${record.externalId}" cannot be deleted: it is used by ${named.join(' and ')}. Delete or update these first.`,
      details: { referredToBy: counts },
    });
  }
}
