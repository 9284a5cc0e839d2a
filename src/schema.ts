import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditCheckpoint, AuditHead } from './audit/audit-checkpoints.entity.js';
import { RevocationEpochRow } from './auth/credentials/revocation-epoch.entity.js';
import { IdempotencyKey } from './idempotency/idempotency-key.entity.js';
import { Company } from './identity/companies/company.entity.js';
import { Integration } from './integrations/integration.entity.js';
import { PersonalToken } from './credentials/personal-tokens/personal-token.entity.js';
import { LeakReport } from './credentials/leaks/leak-report.entity.js';
import { Leak, LeakReach } from './credentials/leaks/leak.entity.js';
import { Token } from './tokens/token.entity.js';
import { UsageDay } from './credentials/usage/usage-day.entity.js';
import { PrivateToken } from './identity/private-tokens/private-token.entity.js';
import { RefreshToken, Session } from './identity/sessions/session.entity.js';
import { Invitation } from './identity/invitations/invitation.entity.js';
import { Membership } from './identity/users/membership.entity.js';
import { KnownAddress } from './identity/sign-in/known-address.entity.js';
import { User } from './identity/users/user.entity.js';
import { Dds, DdsBatch } from './compliance/dds/dds.entity.js';
import type { Schema } from './platform/database/data-source.js';
import { MainJob1763769600000 } from './platform/database/migrations/1763769600000-main-job.js';
import { Events1763863200000 } from './platform/database/migrations/1763863200000-events.js';
import { EndpointLeases1764028800000 } from './platform/database/migrations/1764028800000-endpoint-leases.js';
import { People1764115200000 } from './platform/database/migrations/1764115200000-people.js';
import { Sessions1764118800000 } from './platform/database/migrations/1764118800000-sessions.js';
import { Audit1764122400000 } from './platform/database/migrations/1764122400000-audit.js';
import { OperatorInvitations1764126000000 } from './platform/database/migrations/1764126000000-operator-invitations.js';
import { AccessHashes1764208800000 } from './platform/database/migrations/1764208800000-access-hashes.js';
import { MailedSecrets1764330120000 } from './platform/database/migrations/1764330120000-mailed-secrets.js';
import { ListIndices1795634000000 } from './platform/database/migrations/1795634000000-list-indices.js';
import { TokenCompanies1764330060000 } from './platform/database/migrations/1764330060000-token-companies.js';
import { TokenCompany } from './identity/users/token-company.entity.js';
import { Provenance1764330000000 } from './platform/database/migrations/1764330000000-provenance.js';
import { LeakTraces1795630980000 } from './platform/database/migrations/1795630980000-leak-traces.js';
import { QueuedMail } from './platform/mail/queued-mail.entity.js';
import { KnownAddresses1795631549000 } from './platform/database/migrations/1795631549000-known-addresses.js';
import { RefreshedSessions1795632244000 } from './platform/database/migrations/1795632244000-refreshed-sessions.js';
import { Event, EventSet } from './platform/outbox/event.entity.js';
import { SafeStore1763856000000 } from './platform/database/migrations/1763856000000-safe-store.js';
import { Mails1795629761968 } from './platform/database/migrations/1795629761968-mails.js';
import { LeakReportOrder1795634283904 } from './platform/database/migrations/1795634283904-leak-report-order.js';
import { WebhookResends1795635409844 } from './platform/database/migrations/1795635409844-webhook-resends.js';
import { WebhookSecretHashes1795637200000 } from './platform/database/migrations/1795637200000-webhook-secret-hashes.js';
import { LiveNames1795643571709 } from './platform/database/migrations/1795643571709-live-names.js';
import { RotatedTokens1795645936180 } from './platform/database/migrations/1795645936180-rotated-tokens.js';
import { ResendPace1795646164053 } from './platform/database/migrations/1795646164053-resend-pace.js';
import { SafeStoreKey } from './platform/safe-store/safe-store-key.entity.js';
import { Batch } from './records/batches/batch.entity.js';
import { Product } from './records/products/product.entity.js';
import { Supplier } from './records/suppliers/supplier.entity.js';
import { ChangeLogEntry } from './records/changes/change-log.entity.js';
import { SyncLog } from './records/sync-logs/sync-log.entity.js';
import { IntegrationState } from './records/state/integration-state.entity.js';
import { Delivery, DeliveryAttempt } from './webhooks/deliveries/delivery.entity.js';
import { Resend } from './webhooks/deliveries/resend.entity.js';
import { Webhook, WebhookSubscription } from './webhooks/endpoints/webhook.entity.js';

/** All tables, and the migrations that create them, in order. */
export const SCHEMA: Schema = {
  entities: [
    RevocationEpochRow,
    AuditCheckpoint,
    AuditEntry,
    AuditHead,
    Batch,
    ChangeLogEntry,
    Company,
    Dds,
    DdsBatch,
    Delivery,
    DeliveryAttempt,
    Event,
    EventSet,
    IdempotencyKey,
    Integration,
    IntegrationState,
    KnownAddress,
    Leak,
    LeakReach,
    LeakReport,
    Invitation,
    Membership,
    PersonalToken,
    PrivateToken,
    Product,
    QueuedMail,
    RefreshToken,
    Resend,
    SafeStoreKey,
    Session,
    Supplier,
    SyncLog,
    Token,
    TokenCompany,
    UsageDay,
    User,
    Webhook,
    WebhookSubscription,
  ],
  migrations: [
    MainJob1763769600000,
    SafeStore1763856000000,
    Events1763863200000,
    EndpointLeases1764028800000,
    People1764115200000,
    Sessions1764118800000,
    Audit1764122400000,
    OperatorInvitations1764126000000,
    AccessHashes1764208800000,
    Provenance1764330000000,
    TokenCompanies1764330060000,
    MailedSecrets1764330120000,
    Mails1795629761968,
    LeakTraces1795630980000,
    KnownAddresses1795631549000,
    RefreshedSessions1795632244000,
    ListIndices1795634000000,
    LeakReportOrder1795634283904,
    WebhookResends1795635409844,
    WebhookSecretHashes1795637200000,
    LiveNames1795643571709,
    RotatedTokens1795645936180,
    ResendPace1795646164053,
  ],
};
