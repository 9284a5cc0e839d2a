import { Entity, PrimaryColumn } from 'typeorm';
import { CodeColumn, InstantColumn, shapes } from '../database/columns.js';

/** A company's half of the key its secrets are sealed under; made once, never changed. */
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
