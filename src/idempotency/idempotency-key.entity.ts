import { Entity, Index, PrimaryColumn } from 'typeorm';
import {
  BigTextColumn,
  CodeColumn,
  InstantColumn,
  IntColumn,
  RefColumn,
  shapes,
} from '../platform/database/columns.js';

/** A key that a caller sent with a POST: claimed while the call runs, with its answer once it has succeeded. */
@Entity('idempotency_keys')
@Index('ix_idempotency_keys_expiry', ['expiresAt'])
export class IdempotencyKey {
  /** SHA-256 of credential and key, so that each credential has its own. */
  @PrimaryColumn(shapes.code(64))
  id!: string;

  @RefColumn()
  companyId!: string;

  /** SHA-256 of method, path and body. */
  @CodeColumn(64)
  fingerprint!: string;

  /** Names the attempt that holds the claim. */
  @RefColumn()
  owner!: string;

  /** Until when others leave the claim to its owner. */
  @InstantColumn()
  leaseUntil!: Date;

  /** HTTP status of the answer; null while the call runs. */
  @IntColumn({ nullable: true })
  status!: number | null;

  /** The answer's JSON, sealed by the safe store, for it may hold a secret. */
  @BigTextColumn({ nullable: true })
  answer!: string | null;

  @InstantColumn()
  expiresAt!: Date;
}
