import { Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, shapes } from '../../platform/database/columns.js';

/** An address from which someone has signed in to their account; which one, only its MAC tells. */
@Entity('known_addresses')
@Index('ix_known_addresses_used', ['usedAt'])
export class KnownAddress {
  @PrimaryColumn(shapes.id())
  userId!: string;

  /** HMAC-SHA256, in hex, of the account and the address (IPv6: its /64). */
  @PrimaryColumn(shapes.code(64))
  mac!: string;

  /** When they last signed in from there, to about a day. */
  @InstantColumn()
  usedAt!: Date;
}
