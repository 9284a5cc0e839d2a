import { Entity, Index } from 'typeorm';
import { BoolColumn, CodeColumn, JsonColumn, TextColumn } from '../../platform/database/columns.js';
import { RecordEntity } from '../record-types/record.entity.js';

/** A supplier of an ERP. */
@Entity('suppliers')
@Index('uq_suppliers_external', ['integrationId', 'externalId'], { unique: true })
@Index('ix_suppliers_live', ['integrationId', 'deletedAt', 'id'])
@Index('ix_suppliers_changed', ['integrationId', 'updatedAt', 'id'])
export class Supplier extends RecordEntity {
  @TextColumn(255)
  name!: string;

  @TextColumn(100, { nullable: true })
  code!: string | null;

  @CodeColumn(2, { nullable: true })
  country!: string | null;

  @TextColumn(1000, { nullable: true })
  address!: string | null;

  @TextColumn(255, { nullable: true })
  contactPerson!: string | null;

  @TextColumn(254, { nullable: true })
  email!: string | null;

  @TextColumn(50, { nullable: true })
  phone!: string | null;

  @JsonColumn({ nullable: true })
  certifications!: string[] | null;

  @BoolColumn({ nullable: true })
  isEuOrigin!: boolean | null;
}
