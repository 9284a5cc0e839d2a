import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { AuditLog } from '../../audit/audit-log.js';
import { insufficientScopes } from '../../auth/principal/auth.errors.js';
import { CredentialRows } from '../../auth/credentials/credential-rows.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { missingScopes } from '../../auth/principal/scopes.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { requireRoom } from '../../platform/database/cap.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import { groupBy } from '../../platform/values/group-by.js';
import type { Page, PageRequest } from '../../platform/paging/page.js';
import { idKey, readEntities } from '../../platform/paging/read-page.js';
import { SafeStore } from '../../platform/safe-store/safe-store.js';
import type { IntegrationCaller } from '../../integrations/audiences.js';
import { isActive } from '../../integrations/is-active.js';
import type { Owner } from '../../integrations/owner.js';
import { ALL_EVENTS, expanded, scopesFor } from '../events/event-types.js';
import { newWebhookSecret } from '../transport/signature.js';
import { UrlPolicy } from '../transport/url-policy.js';
import { MAX_URL, type NewWebhookRequest, type WebhookChangeRequest } from './dto/webhook-requests.dto.js';
import { recordWebhook } from './webhook-audit.js';
import { disableWebhook, enableWebhook } from './webhook-switch.js';
import { Webhook, WebhookSubscription, WEBHOOK_ID_PREFIX } from './webhook.entity.js';
import { WebhookErrors } from './webhooks.errors.js';

/** Every event may go to each of them, so the number is limited. */
const MAX_WEBHOOKS_OF_INTEGRATION = 100;

export const SECRET_PURPOSE = 'webhook-secret';

/** A webhook with its new secret, which only this response shows. */
export interface WithSecret {
  webhook: Webhook;
  secret: string;
}

/** Manages the webhooks of integrations and their subscriptions. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly database: Database,
    private readonly safe: SafeStore,
    private readonly credentials: CredentialRows,
    private readonly audit: AuditLog,
    private readonly policy: UrlPolicy,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_WEBHOOKS'>,
  ) {}

  /**
   * Returns a URL in the form of the URL parser, which is stored and called. It resolves the host name.
   * @throws VALIDATION_ERROR if webhooks may not go to the URL
   */
  async allowedUrl(text: string, { integrationId }: Owner): Promise<string> {
    const refusal = (await this.policy.refusalOnceResolved(text, integrationId)) ?? tooLong(text);
    if (refusal !== undefined) throw validationError([{ path: 'url', message: `url: ${refusal}` }]);
    return new URL(text).href;
  }

  /**
   * @throws INSUFFICIENT_SCOPES if the caller lacks the scope of an event
   * @throws LIMIT_REACHED
   */
  async create(tx: Tx, caller: IntegrationCaller, input: NewWebhookRequest): Promise<WithSecret> {
    requireScopesFor(caller, input.events);
    const { owner, credentialId, act } = caller;
    await this.credentials.holdMaker(tx, act);
    await this.requireRoom(tx, owner);
    const secret = newWebhookSecret();
    const now = new Date();
    const webhook = tx.manager.create(Webhook, {
      ...owner,
      id: newId(WEBHOOK_ID_PREFIX),
      credentialId,
      url: input.url,
      description: input.description ?? null,
      events: input.events,
      active: true,
      secret: await this.safe.seal(tx, owner.companyId, SECRET_PURPOSE, secret),
      secretHash: hashToken(secret),
      previousSecret: null,
      previousSecretHash: null,
      previousSecretUntil: null,
      urlChangedBy: null,
      secretChangedBy: null,
      failureCount: 0,
      lastDeliveredAt: null,
      disabledAt: null,
      disabledReason: null,
      lease: null,
      leaseUntil: null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    });
    await tx.manager.insert(Webhook, webhook);
    await subscribe(tx, webhook.id, expanded(input.events, caller.scopes));
    await recordWebhook(this.audit, tx, caller, 'webhook.created', webhook);
    return { webhook, secret };
  }

  /**
   * Lists the integration's webhooks, oldest first.
   * It leaves out a webhook with an event that the caller may not see, because its URL or description may
   * reveal it.
   */
  list({ owner, scopes }: IntegrationCaller, request: PageRequest): Promise<Page<Webhook>> {
    const told = [...expanded([ALL_EVENTS], scopes), ALL_EVENTS];
    const listing = {
      from: `webhooks ${dialect.useIndex('ix_webhooks_integration')}`,
      // Uses COUNT instead of NOT EXISTS, for which MariaDB would read the subscriptions of all webhooks.
      where: `integration_id = ? AND company_id = ? AND deleted_at IS NULL AND (
        SELECT COUNT(*) FROM webhook_subscriptions s
        WHERE s.webhook_id = webhooks.id AND s.event_type NOT IN (${placeholders(told.length)})) = 0`,
      values: [owner.integrationId, owner.companyId, ...told],
      keys: [idKey('id', WEBHOOK_ID_PREFIX)],
    };
    return readEntities(this.database, Webhook, listing, request);
  }

  /**
   * @throws NOT_FOUND
   * @throws INSUFFICIENT_SCOPES if the webhook subscribes to an event that the caller may not see
   */
  find(caller: IntegrationCaller, id: string): Promise<Webhook> {
    return this.database.read((manager) => findFor(manager, caller, id));
  }

  /**
   * Reads a webhook in order to send to it.
   * @throws every error of `find`
   * @throws CONFLICT if its integration is not active
   */
  findToSend(caller: IntegrationCaller, id: string): Promise<Webhook> {
    return this.database.read(async (manager) => {
      const webhook = await findFor(manager, caller, id);
      if (!(await isActive(manager, webhook.integrationId))) throw WebhookErrors.integrationInactive();
      return webhook;
    });
  }

  /** @throws every error of `find` and `create` */
  change(caller: IntegrationCaller, id: string, change: WebhookChangeRequest): Promise<Webhook> {
    return this.database.transaction(async (tx) => {
      await this.credentials.holdMaker(tx, caller.act);
      await holdFor(tx, caller, id);
      await redirect(tx, caller, id, change);
      const { description, active } = change;
      if (description !== undefined) await tx.manager.update(Webhook, { id }, { description });
      if (active === false) await disableWebhook(tx, id, 'Deactivated by an API call.');
      if (active === true) await enableWebhook(tx, id);
      await tx.manager.update(Webhook, { id }, { updatedAt: new Date() });
      const changed = await tx.manager.findOneByOrFail(Webhook, { id });
      await recordWebhook(this.audit, tx, caller, 'webhook.changed', changed);
      return changed;
    });
  }

  /**
   * Deletes a webhook. Its delivery log is deleted later, in steps.
   * @throws every error of `find`
   */
  async remove(caller: IntegrationCaller, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const removed = await holdFor(tx, caller, id);
      await disableWebhook(tx, id, 'Removed.');
      await tx.manager.delete(WebhookSubscription, { webhookId: id });
      await tx.manager.update(Webhook, { id }, { deletedAt: new Date() });
      await recordWebhook(this.audit, tx, caller, 'webhook.deleted', removed);
    });
  }

  /**
   * Sets a new secret. The old one also signs for `graceSeconds`.
   * @throws every error of `find`
   */
  async rotate(tx: Tx, caller: IntegrationCaller, id: string, graceSeconds: number): Promise<WithSecret> {
    const { owner } = caller;
    await this.credentials.holdMaker(tx, caller.act);
    const before = await holdFor(tx, caller, id);
    const secret = newWebhookSecret();
    const now = new Date();
    const until = graceSeconds === 0 ? null : new Date(now.getTime() + graceSeconds * 1000);
    const sealed = await this.safe.seal(tx, owner.companyId, SECRET_PURPOSE, secret);
    await tx.manager.update(
      Webhook,
      { id },
      {
        secret: sealed,
        secretHash: hashToken(secret),
        previousSecret: until && before.secret,
        previousSecretHash: until && before.secretHash,
        previousSecretUntil: until,
        secretChangedBy: caller.credentialId,
        updatedAt: now,
      },
    );
    const webhook = await tx.manager.findOneByOrFail(Webhook, { id });
    await recordWebhook(this.audit, tx, caller, 'webhook.secret_rotated', webhook);
    return { webhook, secret };
  }

  private async requireRoom(tx: Tx, { companyId, integrationId }: Owner): Promise<void> {
    const lock = { table: 'companies', id: companyId } as const;
    await requireRoom(tx, {
      limit: this.config.MAX_WEBHOOKS,
      lock,
      counted: 'FROM webhooks WHERE company_id = ? AND deleted_at IS NULL',
      values: [companyId],
    });
    await requireRoom(tx, {
      limit: MAX_WEBHOOKS_OF_INTEGRATION,
      lock,
      counted: 'FROM webhooks WHERE integration_id = ? AND deleted_at IS NULL',
      values: [integrationId],
    });
  }
}

/**
 * Sets the events and the URL, and stores the credential that changed the URL.
 * @throws INSUFFICIENT_SCOPES
 */
async function redirect(
  tx: Tx,
  caller: IntegrationCaller,
  id: string,
  { url, events }: WebhookChangeRequest,
): Promise<void> {
  if (url !== undefined) await tx.manager.update(Webhook, { id }, { url, urlChangedBy: caller.credentialId });
  if (events === undefined) return;
  requireScopesFor(caller, events);
  await tx.manager.update(Webhook, { id }, { events });
  await tx.manager.delete(WebhookSubscription, { webhookId: id });
  await subscribe(tx, id, expanded(events, caller.scopes));
}

/** Percent-encoding makes a URL longer. */
function tooLong(text: string): string | undefined {
  return new URL(text).href.length > MAX_URL
    ? `The percent-encoded URL must have at most ${MAX_URL} characters.`
    : undefined;
}

function requireScopesFor({ scopes }: IntegrationCaller, events: readonly string[]): void {
  const missing = missingScopes(scopes, scopesFor(events));
  if (missing.length > 0) throw insufficientScopes(missing);
}

/** Reads a webhook like `findFor`, and locks its row until the transaction ends. */
async function holdFor(tx: Tx, caller: IntegrationCaller, id: string): Promise<Webhook> {
  await tx.select(`SELECT id FROM webhooks WHERE id = ? ${dialect.forUpdate}`, [id]);
  return findFor(tx.manager, caller, id);
}

/**
 * @throws NOT_FOUND
 * @throws INSUFFICIENT_SCOPES if the webhook subscribes to an event that the caller may not see
 */
async function findFor(manager: Tx['manager'], caller: IntegrationCaller, id: string): Promise<Webhook> {
  const webhook = await manager.findOneBy(Webhook, { id, ...caller.owner, deletedAt: IsNull() });
  if (!webhook) throw WebhookErrors.notFound(id);
  requireScopesFor(caller, (await subscriptionsOf(manager, [webhook])).get(id) ?? []);
  return webhook;
}

async function subscribe(tx: Tx, webhookId: string, events: string[]): Promise<void> {
  if (events.length === 0) return;
  await tx.manager.insert(
    WebhookSubscription,
    events.map((eventType) => ({ webhookId, eventType })),
  );
}

/** Returns the event types that each webhook subscribes to, with `*` already replaced. */
async function subscriptionsOf(
  manager: Tx['manager'],
  webhooks: readonly Webhook[],
): Promise<Map<string, string[]>> {
  const rows = await manager.findBy(WebhookSubscription, { webhookId: In(webhooks.map(({ id }) => id)) });
  const byWebhook = groupBy(rows, ({ webhookId }) => webhookId);
  return new Map([...byWebhook].map(([id, told]) => [id, told.map(({ eventType }) => eventType)]));
}
