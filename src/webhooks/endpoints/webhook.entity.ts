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

/** An address that an integration wants told of its events. */
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

  /** The credential that made it. */
  @RefColumn()
  credentialId!: string;

  @TextColumn(2048)
  url!: string;

  @TextColumn(500, { nullable: true })
  description!: string | null;

  /** As asked for; what `*` stood for then is in the subscriptions. */
  @JsonColumn()
  events!: string[];

  @BoolColumn()
  active!: boolean;

  /** Sealed by the safe store. */
  @BigTextColumn()
  secret!: string;

  /** The secret before the last rotation, which signs too until its time is up. */
  @BigTextColumn({ nullable: true })
  previousSecret!: string | null;

  @InstantColumn({ nullable: true })
  previousSecretUntil!: Date | null;

  /** SHA-256 of the secret, in hex, by which it is found when it leaks: 256 random bits cannot be guessed from it. Null: from before. */
  @CodeColumn(64, { nullable: true })
  secretHash!: string | null;

  /** The same of the previous secret. */
  @CodeColumn(64, { nullable: true })
  previousSecretHash!: string | null;

  /** The credential that changed the URL last; null where none did, or from before that was kept. */
  @RefColumn({ nullable: true })
  urlChangedBy!: string | null;

  /** The same of the secret. */
  @RefColumn({ nullable: true })
  secretChangedBy!: string | null;

  /** Events in a row of which no attempt succeeded. */
  @IntColumn()
  failureCount!: number;

  @InstantColumn({ nullable: true })
  lastDeliveredAt!: Date | null;

  @InstantColumn({ nullable: true })
  disabledAt!: Date | null;

  @TextColumn(500, { nullable: true })
  disabledReason!: string | null;

  /** Names the claim of the process that sends to it. */
  @RefColumn({ nullable: true })
  lease!: string | null;

  @InstantColumn({ nullable: true })
  leaseUntil!: Date | null;

  /** The time that the pace allows for all that was sent to it again so far ends here. */
  @InstantColumn({ nullable: true })
  resendPaceUntil!: Date | null;

  @InstantColumn()
  createdAt!: Date;

  @InstantColumn()
  updatedAt!: Date;

  /** A removed one stays until its delivery log has been swept. */
  @InstantColumn({ nullable: true })
  deletedAt!: Date | null;
}

/** One type of event that an endpoint is told of. */
@Entity('webhook_subscriptions')
export class WebhookSubscription {
  @PrimaryColumn(shapes.id())
  webhookId!: string;

  @PrimaryColumn(shapes.code(40))
  eventType!: string;
}
