import { Entity, Index, PrimaryColumn } from 'typeorm';
import {
  BigTextColumn,
  BoolColumn,
  CodeColumn,
  IdColumn,
  InstantColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  shapes,
  TextColumn,
} from '../../platform/database/columns.js';

export const WEBHOOK_ID_PREFIX = 'wh';

/** An address that receives events of an integration. */
@Entity('webhooks')
@Index('ix_webhooks_integration', ['integrationId', 'deletedAt', 'id'])
@Index('ix_webhooks_company', ['companyId', 'deletedAt'])
@Index('ix_webhooks_credential', ['credentialId'])
@Index('ix_webhooks_url_changed_by', ['urlChangedBy'])
@Index('ix_webhooks_secret_changed_by', ['secretChangedBy'])
@Index('ix_webhooks_secret_hash', ['secretHash'])
@Index('ix_webhooks_previous_secret_hash', ['previousSecretHash'])
export class Webhook {
  @IdColumn()
  id!: string;

  @RefColumn()
  companyId!: string;

  @RefColumn()
  integrationId!: string;

  /** Id of the credential that created the webhook. */
  @RefColumn()
  credentialId!: string;

  @TextColumn(2048)
  url!: string;

  @TextColumn(500, { nullable: true })
  description!: string | null;

  /** As requested. The subscriptions hold the events that `*` meant at that time. */
  @JsonColumn()
  events!: string[];

  @BoolColumn()
  active!: boolean;

  /** Encrypted by the safe store. */
  @BigTextColumn()
  secret!: string;

  /** The secret before the last rotation. It also signs until `previousSecretUntil`. */
  @BigTextColumn({ nullable: true })
  previousSecret!: string | null;

  @InstantColumn({ nullable: true })
  previousSecretUntil!: Date | null;

  /**
   * SHA-256 of the secret in hex, to find it in a leak report. Nobody can guess 256 random bits. Null in rows
   * that are older than the column.
   */
  @CodeColumn(64, { nullable: true })
  secretHash!: string | null;

  /** SHA-256 of the previous secret, like `secretHash`. */
  @CodeColumn(64, { nullable: true })
  previousSecretHash!: string | null;

  /**
   * Id of the credential that last changed the URL. Null if there was no change, or if the change is older
   * than the column.
   */
  @RefColumn({ nullable: true })
  urlChangedBy!: string | null;

  /** Id of the credential that last changed the secret, like `urlChangedBy`. */
  @RefColumn({ nullable: true })
  secretChangedBy!: string | null;

  /** Number of events in a row without a successful attempt. */
  @IntColumn()
  failureCount!: number;

  @InstantColumn({ nullable: true })
  lastDeliveredAt!: Date | null;

  @InstantColumn({ nullable: true })
  disabledAt!: Date | null;

  @TextColumn(500, { nullable: true })
  disabledReason!: string | null;

  /** Id of the claim of the process that sends to this endpoint. */
  @RefColumn({ nullable: true })
  lease!: string | null;

  @InstantColumn({ nullable: true })
  leaseUntil!: Date | null;

  /** End of the time that earlier resends have used (`ResendRateLimit`). */
  @InstantColumn({ nullable: true })
  resendPaceUntil!: Date | null;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;

  /** A deleted webhook stays until its delivery log has been removed. */
  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;
}

/** One type of event that an endpoint subscribes to. */
@Entity('webhook_subscriptions')
export class WebhookSubscription {
  @PrimaryColumn(shapes.id())
  webhookId!: string;

  @PrimaryColumn(shapes.code(40))
  eventType!: string;
}
