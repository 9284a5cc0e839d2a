import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { NewAuditEntry } from '../audit/audit-actions.js';
import { type AuditContext, makerOf } from '../audit/audit-context.js';
import { AuditLog } from '../audit/audit-log.js';
import { type ActingIn, actsOf, type CredentialActs, keyOf, noActs } from '../audit/credential-acts.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../auth/credentials/leak-revoker.js';
import { RevocationEpoch } from '../auth/credentials/revocation-epoch.js';
import {
  type DependentWebhook,
  RevocationHooks,
  type RevocationOptions,
} from '../auth/credentials/revocation-hooks.js';
import type { Tx } from '../platform/database/database.js';
import { dialect, placeholders } from '../platform/database/dialect.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { type NewEvent, writeEvents } from '../platform/outbox/outbox.js';
import { groupBy } from '../platform/values/group-by.js';
import { Token, TOKEN_ID_PREFIX } from './token.entity.js';
import { entryOf, summaryOf, type TokenSummary } from './token-summary.js';
import { TokenErrors } from './tokens.errors.js';

/** A revoked token, with its webhooks and what it created and changed. */
export interface RevokedToken extends TokenSummary {
  acts: CredentialActs;
  webhooks: DependentWebhook[];
  /** False if the token was already revoked. */
  wasLive: boolean;
}

/** Revokes integration tokens: one, many, those of an integration, and those that leaked. */
@Injectable()
export class TokenRevocation implements LeakRevoker {
  readonly revokes = [TOKEN_ID_PREFIX];

  constructor(
    private readonly epoch: RevocationEpoch,
    private readonly hooks: RevocationHooks,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Revokes a token for good: at once in this process, within a second in all others. A repetition changes
   * nothing, not even the time. Other modules take part through `RevocationHooks`.
   * @throws NOT_FOUND
   */
  async revoke(tx: Tx, id: string, options: RevocationOptions, by: AuditContext): Promise<RevokedToken> {
    const [token] = await this.revokeAll(tx, [id], options, by);
    if (!token) throw TokenErrors.notFound.error();
    return token;
  }

  /**
   * Revokes a token of an integration and disables the webhooks that it created.
   * @throws NOT_FOUND
   */
  async revokeIn(tx: Tx, integrationId: string, id: string, by: AuditContext): Promise<RevokedToken> {
    if (!(await tx.manager.existsBy(Token, { id, integrationId }))) throw TokenErrors.notFound.error();
    return this.revoke(tx, id, { disableWebhooks: true }, by);
  }

  /** Revokes many tokens in a constant number of statements. Unknown ids are ignored. */
  async revokeAll(
    tx: Tx,
    ids: readonly string[],
    options: RevocationOptions,
    by: AuditContext,
  ): Promise<RevokedToken[]> {
    const revoked = await this.end(tx, ids, options, by);
    await this.epoch.bump(tx);
    return revoked;
  }

  private async end(
    tx: Tx,
    ids: readonly string[],
    options: RevocationOptions,
    by: AuditContext | LeakAuditContext,
  ): Promise<RevokedToken[]> {
    if (ids.length === 0) return [];
    const live = await tx.select<{ id: string }>(
      `SELECT id FROM tokens WHERE id IN (${placeholders(ids.length)}) AND revoked_at IS NULL
       ORDER BY id ${dialect.forUpdate}`,
      [...ids],
    );
    const now = new Set(live.map(({ id }) => id));
    if (now.size > 0)
      await tx.manager.update(Token, { id: In([...now]) }, { revokedAt: new Date(), changedBy: makerOf(by) });
    const tokens = await tx.manager.find(Token, { where: { id: In([...ids]) }, order: { id: 'ASC' } });
    const dependents = await this.hooks.runRevoked(tx, ids, options);
    const acts = await actsOf(tx, tokens.map(actingIn));
    const ended = tokens.map((token) => ({ token, acts: acts.get(keyOf(actingIn(token))) ?? noActs() }));
    const revoked = ended.filter(({ token }) => now.has(token.id));
    await writeRevokedEvents(tx, revoked, by);
    await this.audit.recordMany(
      tx,
      revoked.map((one) => revokedEntry(by, one)),
    );
    return ended.map(({ token, acts: its }) => ({
      ...summaryOf(token),
      acts: its,
      webhooks: dependents.get(token.id) ?? [],
      wasLive: now.has(token.id),
    }));
  }

  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const found = await tx.manager.find(Token, {
      where: { hash: In([...hashes]) },
      select: { id: true, hash: true },
    });
    return found.map(({ id: credentialId, hash }) => ({ credentialId, hash }));
  }

  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended = await this.end(tx, ids, { disableWebhooks: false }, by);
    return ended.filter(({ wasLive }) => wasLive).map(({ id }) => id);
  }

  /**
   * Revokes tokens that a leaked credential has rotated and that are still in their grace period. What they
   * created stays, because the leaked credential never had these tokens.
   * @returns the number of tokens, at most `limit`
   */
  async endRotated(tx: Tx, credentialId: string, limit: number, by: LeakAuditContext): Promise<number> {
    const rows = await tx.select<{ id: string }>(
      `SELECT id FROM tokens WHERE changed_by = ? AND revoked_at IS NULL AND expires_at > ?
       ORDER BY id LIMIT ${limit}`,
      [credentialId, toSqlInstant(new Date())],
    );
    await this.endLeaked(
      tx,
      rows.map(({ id }) => id),
      by,
    );
    return rows.length;
  }

  /** Revokes all tokens of an integration and disables the webhooks that they created. */
  async revokeOf(tx: Tx, integrationId: string, by: AuditContext): Promise<void> {
    const live = { where: { integrationId, revokedAt: IsNull() }, select: { id: true } } as const;
    const tokens = await tx.manager.find(Token, live);
    await this.revokeAll(
      tx,
      tokens.map(({ id }) => id),
      { disableWebhooks: true },
      by,
    );
  }
}

/** Writes the events of revoked tokens, one event set for each integration. */
async function writeRevokedEvents(
  tx: Tx,
  revoked: EndedToken[],
  by: AuditContext | LeakAuditContext,
): Promise<void> {
  const byIntegration = groupBy(revoked, ({ token }) => token.integrationId);
  for (const tokens of byIntegration.values()) {
    const origin = (tokens[0] as EndedToken).token;
    await writeEvents(
      tx,
      origin,
      tokens.map((one) => revokedEvent(one, 'leakedId' in by)),
    );
  }
}

/** A revoked token and what it did. */
interface EndedToken {
  token: Token;
  acts: CredentialActs;
}

function actingIn({ id: credentialId, companyId }: Token): ActingIn {
  return { credentialId, companyId };
}

function revokedEvent({ token, acts }: EndedToken, leaked: boolean): NewEvent {
  const { id, name, prefix, revokedAt } = token;
  const data = { credentialId: id, name, prefix, revokedAt: (revokedAt as Date).toISOString() };
  return { type: 'credential.revoked', data: { ...data, leaked, acts } };
}

function revokedEntry(by: AuditContext | LeakAuditContext, { token, acts }: EndedToken): NewAuditEntry {
  const leak = 'leakedId' in by ? leakDetails(by, token.id) : {};
  return entryOf(by, 'token.revoked', token, { integrationId: token.integrationId, ...leak, acts });
}
