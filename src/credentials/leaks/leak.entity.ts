import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BoolColumn, InstantColumn, JsonColumn, RefColumn, shapes } from '../../platform/database/columns.js';
import type { AuditContext } from '../../audit/audit-context.js';

/** A leaked credential. It is revoked; the search for what it created runs until `finishedAt`. */
@Entity('leaks')
@Index('ix_leaks_finished', ['finishedAt', 'reportedAt'])
export class Leak {
  @PrimaryColumn(shapes.id())
  credentialId!: string;

  /** The reporter, for the audit log. */
  @JsonColumn()
  reportedBy!: AuditContext;

  @InstantColumn()
  reportedAt!: Date;

  @InstantColumn({ nullable: true })
  finishedAt!: Date | null;
}

/** A credential that a leaked one created, directly or through others. The leaked one itself is the first. */
@Entity('leak_reach')
@Index('ix_leak_reach_open', ['leakId', 'isTraced'])
export class LeakReach {
  @PrimaryColumn(shapes.id())
  leakId!: string;

  @PrimaryColumn(shapes.id())
  credentialId!: string;

  /** Whether everything that it created has been found and revoked. */
  @BoolColumn()
  isTraced!: boolean;

  /** Id of the last found credential that it created. */
  @RefColumn({ nullable: true })
  afterId!: string | null;
}
