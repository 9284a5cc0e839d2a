import { Entity, Index, PrimaryColumn } from 'typeorm';
import { CodeColumn, InstantColumn, RefColumn, shapes } from '../../platform/database/columns.js';

/** A credential that somebody reported as leaked, until it has been looked up: its hash, and nothing else of it. */
@Entity('leak_reports')
@Index('ix_leak_reports_reported', ['reportedAt'])
@Index('ix_leak_reports_address', ['address', 'reportedAt'])
export class LeakReport {
  /** SHA-256 of the whole raw credential, in hex. */
  @PrimaryColumn(shapes.code(64))
  hash!: string;

  /** Of a JWT of ours, which says whose it is. */
  @RefColumn({ nullable: true })
  credentialId!: string | null;

  /** Where the report came from. */
  @CodeColumn(64)
  address!: string;

  @InstantColumn()
  reportedAt!: Date;
}
