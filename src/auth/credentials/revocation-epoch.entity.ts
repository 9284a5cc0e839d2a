import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, shapes } from '../../platform/database/columns.js';

/** The one row with the version number that `RevocationEpoch` reads. */
@Entity('access_epoch')
export class RevocationEpochRow {
  @PrimaryColumn(shapes.int())
  id!: number;

  @BigIntColumn()
  epoch!: number;
}
