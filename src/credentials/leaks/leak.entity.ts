import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BoolColumn, InstantColumn, JsonColumn, RefColumn, shapes } from '../../platform/database/columns.js';
import type { AuditContext } from '../../audit/audit-context.js';

/** A credential that leaked. It has ended; what it made is looked for until `finishedAt`. */
@Entity('leaks')
@Index('ix_leaks_finished', ['finishedAt', 'reportedAt'])
export class Leak {
  @PrimaryColumn(shapes.id())
  credentialId!: string;

  /** Whose report it was, for the audit log. */
  @JsonColumn()
  reportedBy!: AuditContext;

  @InstantColumn()
  reportedAt!: Date;

  @InstantColumn({ nullable: true })
  finishedAt!: Date | null;
}

/** A credential that a leaked one made, through any number between them; the leaked one itself is the first. */
@Entity('leak_reach')
@Index('ix_leak_reach_open', ['leakId', 'isTraced'])
export class LeakReach {
  @PrimaryColumn(shapes.id())
  leakId!: string;

  @PrimaryColumn(shapes.id())
  credentialId!: string;

  /** Whether all that it made has been found and ended. */
  @BoolColumn()
  isTraced!: boolean;

  /** The last of the credentials that it made that was found so far. */
  @RefColumn({ nullable: true })
  afterId!: string | null;
}
