import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, shapes } from '../../platform/database/columns.js';

/** An address from which a person has signed in. Only its MAC is stored. */
@Entity('known_addresses')
@Index('ix_known_addresses_used', ['usedAt'])
export class KnownAddress {
  @PrimaryColumn(shapes.id())
  userId!: string;

  /** HMAC-SHA256 in hex of the account and the address (for IPv6, its /64). */
  @PrimaryColumn(shapes.code(64))
  mac!: string;

  /** Last sign-in from this address, accurate to about a day. */
  @InstantColumn()
  usedAt!: Date;
}
