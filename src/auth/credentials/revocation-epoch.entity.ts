import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, shapes } from '../../platform/database/columns.js';

/** One row whose number moves whenever any credential is weakened anywhere. */
@Entity('access_epoch')
export class RevocationEpochRow {
  @PrimaryColumn(shapes.int())
  id!: number;

  @BigIntColumn()
  epoch!: number;
}
