import { Entity } from 'typeorm';
import { BigIntColumn, CodeColumn, IdColumn, InstantColumn } from '../platform/database/columns.js';

/** A place in a company's chain of entries, signed. */
abstract class SignedPoint {
  @IdColumn()
  companyId!: string;

  /** Of the entry that it names. */
  @BigIntColumn()
  sequence!: number;

  /** Of the entry that it names. */
  @CodeColumn(64)
  mac!: string;

  @InstantColumn()
  at!: Date;

  /** Id of the pepper whose key signed. */
  @CodeColumn(12)
  pepper!: string;

  /** HMAC-SHA256 in hex. */
  @CodeColumn(64)
  signature!: string;
}

/** The last entry of a company's chain, so that a tail that was cut off is missed. Writers queue for this row. */
@Entity('audit_heads')
export class AuditHead extends SignedPoint {}

/** The last entry that retention deleted: where what is kept begins. */
@Entity('audit_checkpoints')
export class AuditCheckpoint extends SignedPoint {}
