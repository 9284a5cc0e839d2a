import { Entity, PrimaryColumn } from 'typeorm';
import { CodeColumn, InstantColumn, shapes } from '../database/columns.js';

/** A company's part of its encryption key. Created once, never changed. */
@Entity('safe_store_keys')
export class SafeStoreKey {
  @PrimaryColumn(shapes.id())
  companyId!: string;

  /** 32 random bytes in base64. */
  @CodeColumn(44)
  companyKey!: string;

  @InstantColumn()
  createdAt!: Date;
}
