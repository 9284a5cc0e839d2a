import { Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, shapes } from '../../platform/database/columns.js';

/** A membership in which a personal or private token of the member may act. */
@Entity('token_companies')
export class TokenCompany {
  @PrimaryColumn(shapes.id())
  tokenId!: string;

  @PrimaryColumn(shapes.id())
  companyId!: string;

  /** When the membership began. Leaving and joining again creates another membership. */
  @InstantColumn()
  memberSince!: Date;
}
