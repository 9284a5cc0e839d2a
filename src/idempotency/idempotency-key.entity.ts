import { Entity, Index, PrimaryColumn } from 'typeorm';
import {
  BigTextColumn,
  CodeColumn,
  InstantColumn,
  IntColumn,
  RefColumn,
  shapes,
} from '../platform/database/columns.js';

/**
 * A key that a caller sent with a POST. While the call runs, the row is the claim. After success it holds the
 * response.
 */
@Entity('idempotency_keys')
@Index('ix_idempotency_keys_expiry', ['expiresAt'])
export class IdempotencyKey {
  /** SHA-256 of credential and key, so each credential has its own keys. */
  @PrimaryColumn(shapes.code(64))
  id!: string;

  @RefColumn()
  companyId!: string;

  /** SHA-256 that identifies the call; see `CallIdentity.fingerprint`. */
  @CodeColumn(64)
  fingerprint!: string;

  /** Id of the attempt that holds the claim. */
  @RefColumn()
  owner!: string;

  /** End of the lease. Until then no other attempt may take over the claim. */
  @InstantColumn()
  leaseUntil!: Date;

  /** HTTP status of the response; null while the call runs. */
  @IntColumn({ nullable: true })
  status!: number | null;

  /** JSON of the response. The safe store encrypts it, because it may hold a secret. */
  @BigTextColumn({ nullable: true })
  answer!: string | null;

  @InstantColumn()
  expiresAt!: Date;
}
