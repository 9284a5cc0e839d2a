import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { NewEvent } from '../../platform/outbox/outbox.js';
import type { EntityType } from './record-type.js';
import type { Owner } from '../../integrations/owner.js';

/** An accepted row of a bulk call, changed or unchanged. */
export interface AcceptedRow {
  id: string;
  externalId: string;
}

/** What a hook adds to the response and to the events. */
export interface Hooked {
  answer: Record<string, unknown>;
  events: NewEvent[];
}

/** Runs in the transaction of a write, after it. */
export type WrittenHook = (
  tx: Tx,
  owner: Owner,
  rows: AcceptedRow[],
  flags: Record<string, boolean>,
) => Promise<Hooked>;

/** Runs in the transaction of a deletion, before it. It throws if the record must stay. */
export type DeletionHook = (tx: Tx, owner: Owner, row: AcceptedRow) => Promise<void>;

/** Lets higher modules take part in writes and deletions of records, in the same transaction. */
@Injectable()
export class RecordHooks {
  private readonly written = new Map<EntityType, WrittenHook[]>();
  private readonly deletion = new Map<EntityType, DeletionHook[]>();

  onWritten(entityType: EntityType, hook: WrittenHook): void {
    this.written.set(entityType, [...(this.written.get(entityType) ?? []), hook]);
  }

  beforeDeletion(entityType: EntityType, hook: DeletionHook): void {
    this.deletion.set(entityType, [...(this.deletion.get(entityType) ?? []), hook]);
  }

  async runWritten(entityType: EntityType, ...args: Parameters<WrittenHook>): Promise<Hooked> {
    const all: Hooked = { answer: {}, events: [] };
    for (const hook of this.written.get(entityType) ?? []) {
      const { answer, events } = await hook(...args);
      Object.assign(all.answer, answer);
      all.events.push(...events);
    }
    return all;
  }

  async runBeforeDeletion(entityType: EntityType, ...args: Parameters<DeletionHook>): Promise<void> {
    for (const hook of this.deletion.get(entityType) ?? []) await hook(...args);
  }
}
