import { Entity, Index, PrimaryColumn } from 'typeorm';
import {
  CodeColumn,
  InstantColumn,
  JsonColumn,
  RefColumn,
  shapes,
  TextColumn,
} from '../platform/database/columns.js';
import type { AuditAction, AuditActor } from './audit-actions.js';

export const AUDIT_ENTRY_ID_PREFIX = 'aud';

/**
 * An audit entry: who did what, when, and from where. Never updated.
 * The numbers have no gaps in a company. The `mac` of each entry covers the one before it.
 */
@Entity('audit_entries')
@Index('ix_audit_entries_time', ['companyId', 'at', 'sequence'])
@Index('ix_audit_entries_actor_name', ['companyId', 'actorName', 'sequence'])
@Index('ix_audit_entries_target_name', ['companyId', 'targetName', 'sequence'])
@Index('ix_audit_entries_actor', ['companyId', 'actorId', 'sequence'])
@Index('ix_audit_entries_target', ['companyId', 'targetId', 'sequence'])
@Index('ix_audit_entries_credential', ['credentialId'])
@Index('ix_audit_entries_action', ['companyId', 'action', 'sequence'])
export class AuditEntry {
  @PrimaryColumn(shapes.id())
  companyId!: string;

  /** Counts from 1. */
  @PrimaryColumn(shapes.bigInt())
  sequence!: number;

  @RefColumn()
  id!: string;

  @InstantColumn()
  at!: Date;

  @CodeColumn(20)
  actorKind!: AuditActor['kind'];

  @RefColumn({ nullable: true })
  actorId!: string | null;

  @TextColumn(255)
  actorName!: string;

  @CodeColumn(64)
  action!: AuditAction;

  @CodeColumn(40)
  targetKind!: string;

  @RefColumn()
  targetId!: string;

  @TextColumn(255)
  targetName!: string;

  @CodeColumn(64, { nullable: true })
  address!: string | null;

  @CodeColumn(64, { nullable: true })
  requestId!: string | null;

  /** The actor's credential. `details`, which the MAC covers, also names it. */
  @RefColumn({ nullable: true })
  credentialId!: string | null;

  @JsonColumn()
  details!: Record<string, unknown>;

  /** Id of the pepper whose key made the MAC. */
  @CodeColumn(12)
  pepper!: string;

  /** HMAC-SHA256 in hex. */
  @CodeColumn(64)
  mac!: string;
}
