import { Entity, Index } from 'typeorm';
import { CodeColumn, QuantityColumn, RefColumn, TextColumn } from '../../platform/database/columns.js';
import { RecordEntity } from '../record-types/record.entity.js';

/** A product of an ERP. */
@Entity('products')
@Index('uq_products_external', ['integrationId', 'externalId'], { unique: true })
@Index('ix_products_live', ['integrationId', 'deletedAt', 'id'])
@Index('ix_products_changed', ['integrationId', 'updatedAt', 'id'])
@Index('ix_products_supplier', ['supplierId', 'deletedAt'])
export class Product extends RecordEntity {
  @TextColumn(255)
  name!: string;

  @TextColumn(255, { nullable: true })
  category!: string | null;

  @CodeColumn(2, { nullable: true })
  country!: string | null;

  @CodeColumn(10, { nullable: true })
  hsCode!: string | null;

  @TextColumn(32, { nullable: true })
  unit!: string | null;

  @TextColumn(100, { nullable: true })
  code!: string | null;

  @RefColumn({ nullable: true })
  supplierId!: string | null;

  @QuantityColumn({ nullable: true })
  price!: number | null;

  @QuantityColumn({ nullable: true })
  stock!: number | null;
}
