import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, JsonColumn, shapes } from '../../platform/database/columns.js';
import type { Role } from '../../auth/principal/roles.js';

/** A person's roles in a company. */
@Entity('memberships')
@Index('ix_memberships_company', ['companyId', 'userId'])
export class Membership {
  @PrimaryColumn(shapes.id())
  userId!: string;

  @PrimaryColumn(shapes.id())
  companyId!: string;

  @JsonColumn()
  roles!: Role[];

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;
}
