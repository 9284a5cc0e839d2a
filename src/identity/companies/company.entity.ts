import { Entity, Index } from 'typeorm';
import { CodeColumn, IdColumn, InstantColumn, TextColumn } from '../../platform/database/columns.js';

export const COMPANY_ID_PREFIX = 'com';

/** A tenant. Every row of business data belongs to one company. */
@Entity('companies')
@Index('uq_companies_slug', ['slug'], { unique: true })
export class Company {
  @IdColumn()
  id!: string;

  @TextColumn(255)
  name!: string;

  /** The company's name in URLs and in `GET /auth/test`. */
  @CodeColumn(80)
  slug!: string;

  @InstantColumn()
  createdAt!: Date;
}
