import { Entity } from 'typeorm';
import { BigIntColumn, CodeColumn, IdColumn, InstantColumn } from '../platform/database/columns.js';

/** A signed point of a company's chain. */
abstract class SignedPoint {
  @IdColumn()
  companyId!: string;

  /** Number of the entry that the point names. */
  @BigIntColumn()
  sequence!: number;

  /** MAC of the entry that the point names. */
  @CodeColumn(64)
  mac!: string;

  @InstantColumn()
  at!: Date;

  /** Id of the pepper whose key signed the point. */
  @CodeColumn(12)
  pepper!: string;

  /** HMAC-SHA256 in hex. */
  @CodeColumn(64)
  signature!: string;
}

/**
 * The last entry of a company's chain, which proves that no entry after it is missing. Writers queue for this
 * row.
 */
@Entity('audit_heads')
export class AuditHead extends SignedPoint {}

/** The last entry that retention deleted. The kept chain begins after it. */
@Entity('audit_checkpoints')
export class AuditCheckpoint extends SignedPoint {}
