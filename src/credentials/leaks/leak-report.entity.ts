import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CodeColumn, InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

/** A reported credential that was not looked up yet. Only its hash is stored. */
@Entity('leak_reports')
@Index('ix_leak_reports_reported', ['reportedAt'])
@Index('ix_leak_reports_address', ['address', 'reportedAt'])
export class LeakReport {
  /** SHA-256 of the whole raw credential, in hex. */
  @PrimaryColumn(shapes.code(64))
  hash!: string;

  /** For a JWT of ours: the session or private token that it names. */
  @RefColumn({ nullable: true })
  credentialId!: string | null;

  /** IP address of the reporter. */
  @CodeColumn(64)
  address!: string;

  @InstantColumn()
  reportedAt!: Date;
}
