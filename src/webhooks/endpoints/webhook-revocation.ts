import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { AuditLog } from '../../audit/audit-log.js';
import { noActs } from '../../audit/credential-acts.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../../auth/credentials/leak-revoker.js';
import type { Tx } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { type NewEvent, writeEvents } from '../../platform/outbox/outbox.js';
import { WEBHOOK_SECRET_PREFIX } from '../transport/signature.js';
import { hostOf, recordWebhook } from './webhook-audit.js';
import { disableWebhook } from './webhook-switch.js';
import { Webhook, WEBHOOK_ID_PREFIX } from './webhook.entity.js';

/** Reason for disabling a webhook whose own secret leaked. */
const OF_LEAKED_SECRET = 'The secret has leaked. Rotate it with graceSeconds 0, then activate the webhook.';
/** Reason for disabling a webhook whose creating credential leaked. */
const OF_LEAKED =
  'A leaked credential created the webhook, or set its URL or secret. Check the URL, rotate the secret, then activate the webhook.';

/** Disables webhooks when a credential is revoked or when a webhook's own secret leaks. */
@Injectable()
export class WebhookRevocation implements LeakRevoker {
  /** A webhook's secret is a credential too. The webhook's id identifies it. */
  readonly revokes = [WEBHOOK_ID_PREFIX];

  constructor(private readonly audit: AuditLog) {}

  /** Returns the webhooks that credentials created. With `disable`, it disables them first. */
  async ofCredentials(tx: Tx, credentialIds: readonly string[], disable: boolean): Promise<Webhook[]> {
    const made = {
      where: { credentialId: In([...credentialIds]), deletedAt: IsNull() },
      order: { id: 'ASC' as const },
    };
    if (disable) {
      for (const { id } of await tx.manager.find(Webhook, made)) {
        await disableWebhook(tx, id, 'The credential that created the webhook was revoked.');
      }
    }
    return tx.manager.find(Webhook, made);
  }

  /**
   * Disables the webhooks that a leaked credential created, or whose URL or secret it set last.
   * It also ends the previous secret, even of a webhook that was already disabled. Otherwise that secret
   * would sign again after the webhook is enabled.
   * @returns the number of webhooks, at most `limit`
   */
  async disableLeaked(tx: Tx, credentialId: string, limit: number, by: LeakAuditContext): Promise<number> {
    const now = toSqlInstant(new Date());
    const sets = ['credential_id', 'url_changed_by', 'secret_changed_by'].map(
      (column) =>
        `SELECT id FROM (SELECT id FROM webhooks WHERE ${column} = ? AND deleted_at IS NULL
         AND (active = ? OR previous_secret_until > ?) LIMIT ${limit}) ${column}_set`,
    );
    const rows = await tx.select<{ id: string }>(`${sets.join(' UNION ')} ORDER BY id LIMIT ${limit}`, [
      ...sets.flatMap(() => [credentialId, 1, now]),
    ]);
    for (const { id } of rows) {
      const wasActive = await disableWebhook(tx, id, OF_LEAKED);
      await tx.manager.update(
        Webhook,
        { id },
        { previousSecret: null, previousSecretHash: null, previousSecretUntil: null },
      );
      const webhook = await tx.manager.findOneByOrFail(Webhook, { id });
      await recordWebhook(
        this.audit,
        tx,
        { act: by },
        wasActive ? 'webhook.disabled' : 'webhook.changed',
        webhook,
        leakDetails(by, credentialId),
      );
    }
    return rows.length;
  }

  /** Returns the webhooks that currently sign with one of these secrets. */
  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    if (hashes.length === 0) return [];
    const among = placeholders(hashes.length);
    const rows = await tx.select<{ id: string; hash: string }>(
      `SELECT id, secret_hash AS hash FROM webhooks WHERE secret_hash IN (${among})
       UNION ALL SELECT id, previous_secret_hash AS hash FROM webhooks
       WHERE previous_secret_hash IN (${among}) AND previous_secret_until > ?`,
      [...hashes, ...hashes, toSqlInstant(new Date())],
    );
    return rows.map(({ id: credentialId, hash }) => ({ credentialId, hash }));
  }

  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended: string[] = [];
    for (const id of ids) {
      if (!(await disableWebhook(tx, id, OF_LEAKED_SECRET))) continue;
      const webhook = await tx.manager.findOneByOrFail(Webhook, { id });
      await recordWebhook(this.audit, tx, { act: by }, 'webhook.disabled', webhook, leakDetails(by, id));
      await writeEvents(tx, webhook, [leakedEvent(webhook)]);
      ended.push(id);
    }
    return ended;
  }
}

/** Event for the integration's other webhooks about a leaked secret. */
function leakedEvent({ id, url }: Webhook): NewEvent {
  const revokedAt = new Date().toISOString();
  const data = { credentialId: id, name: hostOf(url), prefix: WEBHOOK_SECRET_PREFIX, revokedAt };
  return { type: 'credential.revoked', data: { ...data, leaked: true, acts: noActs() } };
}
