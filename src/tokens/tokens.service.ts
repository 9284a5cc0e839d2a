import { expiryWithin, shortenedExpiry } from '../auth/credentials/lifetime.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { type Cap, requireRoom } from '../platform/database/cap.js';
import { In, IsNull } from 'typeorm';
import { Database, type Tx } from '../platform/database/database.js';
import { type NewEvent, writeEvents } from '../platform/outbox/outbox.js';
import { dialect, placeholders } from '../platform/database/dialect.js';
import { groupBy } from '../platform/values/group-by.js';
import { newId } from '../platform/ids/ids.js';
import { mapPage, type Page, type PageRequest } from '../platform/paging/page.js';
import { idKey, readEntities } from '../platform/paging/read-page.js';
import { DAY_MS } from '../platform/values/time.js';
import { type AuditContext, makerOf } from '../audit/audit-context.js';
import type { AuditAction, NewAuditEntry } from '../audit/audit-actions.js';
import { AuditLog } from '../audit/audit-log.js';
import { type ActingIn, actsOf, type CredentialActs, keyOf, noActs } from '../audit/credential-acts.js';
import { CredentialRows } from '../auth/credentials/credential-rows.js';
import { RevocationEpoch } from '../auth/credentials/revocation-epoch.js';
import type { Scope } from '../auth/principal/scopes.js';
import { Integration } from '../integrations/integration.entity.js';
import { IntegrationErrors } from '../integrations/integrations.errors.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../auth/credentials/leak-revoker.js';
import {
  type DependentWebhook,
  RevocationHooks,
  type RevocationOptions,
} from '../auth/credentials/revocation-hooks.js';
import { Token, TOKEN_ID_PREFIX } from './token.entity.js';
import { TokenErrors } from './tokens.errors.js';
import { displayPrefix, hashToken, newRawToken } from '../auth/credentials/token-format.js';

const OF_INTEGRATION = `tokens ${dialect.useIndex('ix_tokens_integration')}`;
/** While tokens are rotated with a grace period, this many times the limit may be live. */
const OVERLAP = 2;

export interface NewToken {
  integrationId: string;
  name: string;
  scopes: readonly Scope[];
  /** Days until it expires; undefined means as long as the creating credential. */
  expiresInDays?: number;
  /** Requests per minute; undefined means the integration's limit, or the configured default. */
  requestsPerMinute?: number;
}

/** A token as people see it, without the raw token. */
export type TokenSummary = Omit<Token, 'hash' | 'companyId' | 'rateLimitPerMinute'>;

/** A revoked token, with its webhooks and what it created and changed. */
export interface RevokedToken extends TokenSummary {
  acts: CredentialActs;
  webhooks: DependentWebhook[];
  /** False if the token was already revoked. */
  wasLive: boolean;
}

/** Issues, lists, rotates and revokes integration tokens. */
@Injectable()
export class TokensService implements LeakRevoker {
  readonly revokes = [TOKEN_ID_PREFIX];

  constructor(
    private readonly database: Database,
    private readonly epoch: RevocationEpoch,
    private readonly credentials: CredentialRows,
    private readonly hooks: RevocationHooks,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Issues a token. Only the response contains the raw token.
   * @throws NOT_FOUND if the integration does not exist
   * @throws LIMIT_REACHED
   * @throws OUTLIVES_MAKER
   * @throws SIGN_IN_AGAIN
   */
  async issue(tx: Tx, input: NewToken, by: AuditContext): Promise<{ raw: string; token: TokenSummary }> {
    await this.credentials.holdMaker(tx, by);
    const integration = await tx.manager.findOneBy(Integration, {
      id: input.integrationId,
      deletedAt: IsNull(),
    });
    if (!integration) throw IntegrationErrors.notFound.error();
    await requireRoom(tx, liveTokensOf(integration.companyId, this.config.MAX_TOKENS));
    const { expiresInDays } = input;
    const { raw, row } = await insertToken(tx, {
      companyId: integration.companyId,
      integrationId: integration.id,
      name: input.name,
      scopes: [...input.scopes],
      rateLimitPerMinute: input.requestsPerMinute ?? null,
      expiresAt: expiryWithin(
        by,
        expiresInDays === undefined ? undefined : new Date(Date.now() + expiresInDays * DAY_MS),
      ),
      madeBy: makerOf(by),
    });
    const details = { integrationId: row.integrationId, scopes: row.scopes, expiresAt: row.expiresAt };
    await this.audit.record(tx, entryOf(by, 'token.created', row, details));
    return { raw, token: summaryOf(row) };
  }

  /** Lists an integration's tokens, oldest first; without an integration, all tokens. */
  async list(request: PageRequest, integrationId?: string): Promise<Page<TokenSummary>> {
    const listing = {
      ...(integrationId === undefined
        ? { from: 'tokens', where: '1 = 1', values: [] }
        : { from: OF_INTEGRATION, where: 'integration_id = ?', values: [integrationId] }),
      keys: [idKey('id', TOKEN_ID_PREFIX)],
    };
    return mapPage(await readEntities(this.database, Token, listing, request), summaryOf);
  }

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
    await tell(tx, revoked, by);
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

  /**
   * Replaces a token by a new one with the same name, scopes, rate limit and lifetime. The old token lives on
   * for the grace period, but never past its own expiry.
   * Rotation also works at the limit of tokens, so that a leaked token can always be replaced: with a grace
   * period up to twice the limit, and without one always.
   * @param graceSeconds 0 revokes the old token at once
   * @throws NOT_FOUND
   * @throws CONFLICT if the token is revoked or expired
   * @throws SIGN_IN_AGAIN
   * @throws LIMIT_REACHED
   */
  async rotate(
    tx: Tx,
    integrationId: string,
    id: string,
    graceSeconds: number,
    by: AuditContext,
  ): Promise<{ raw: string; token: TokenSummary }> {
    await this.credentials.holdMaker(tx, by);
    // A concurrent revocation or rotation runs before or after this transaction.
    await tx.select(`SELECT id FROM tokens WHERE id = ? ${dialect.forUpdate}`, [id]);
    const old = await tx.manager.findOneBy(Token, { id, integrationId });
    if (!old) throw TokenErrors.notFound.error();
    const now = Date.now();
    if (old.revokedAt || (old.expiresAt && old.expiresAt.getTime() <= now)) throw TokenErrors.notLive.error();
    const { companyId, name, scopes, rateLimitPerMinute } = old;
    if (graceSeconds > 0)
      await requireRoom(tx, {
        ...liveTokensOf(companyId, OVERLAP * this.config.MAX_TOKENS),
        message:
          'The maximum number of tokens is reached. Use graceSeconds 0 to revoke the old token at once.',
      });
    const life = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
    const expiresAt = shortenedExpiry(by, life === null ? null : new Date(now + life));
    const fresh = await insertToken(tx, {
      companyId,
      integrationId,
      name,
      scopes,
      rateLimitPerMinute,
      expiresAt,
      madeBy: makerOf(by),
    });
    await this.audit.recordMany(tx, [
      entryOf(by, 'token.rotated', old, { integrationId, replacedBy: fresh.row.id, graceSeconds }),
      entryOf(by, 'token.created', fresh.row, { integrationId, scopes, expiresAt, replaces: id }),
    ]);
    if (graceSeconds === 0) await this.revokeAll(tx, [id], { disableWebhooks: false }, by);
    else {
      const ends = Math.min(now + graceSeconds * 1000, old.expiresAt?.getTime() ?? Infinity);
      await tx.manager.update(Token, { id }, { expiresAt: new Date(ends), changedBy: makerOf(by) });
      await this.epoch.bump(tx);
    }
    return { raw: fresh.raw, token: summaryOf(fresh.row) };
  }

  /**
   * Deletes a revoked token.
   * @throws NOT_FOUND
   * @throws CONFLICT if the token is not revoked
   */
  async remove(tx: Tx, integrationId: string, id: string, by: AuditContext): Promise<void> {
    const token = await tx.manager.findOneBy(Token, { id, integrationId });
    if (!token) throw TokenErrors.notFound.error();
    if (!token.revokedAt) throw TokenErrors.notRevoked.error();
    await tx.manager.delete(Token, { id });
    await this.audit.record(tx, entryOf(by, 'token.deleted', token, { integrationId }));
    await this.epoch.bump(tx);
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

function liveTokensOf(companyId: string, limit: number): Cap {
  return {
    limit,
    lock: { table: 'companies', id: companyId },
    counted: `FROM tokens WHERE company_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`,
    values: [companyId, toSqlInstant(new Date())],
  };
}

type TokenContent = Pick<
  Token,
  'companyId' | 'integrationId' | 'name' | 'scopes' | 'rateLimitPerMinute' | 'expiresAt' | 'madeBy'
>;

async function insertToken(tx: Tx, content: TokenContent): Promise<{ raw: string; row: Token }> {
  const raw = newRawToken('eudr_live_');
  const row = tx.manager.create(Token, {
    ...content,
    id: newId(TOKEN_ID_PREFIX),
    hash: hashToken(raw),
    prefix: displayPrefix(raw),
    revokedAt: null,
    lastUsedAt: null,
    changedBy: null,
    createdAt: new Date(),
  });
  await tx.manager.insert(Token, row);
  return { raw, row };
}

function entryOf(
  by: AuditContext,
  action: AuditAction,
  { companyId, id, name, prefix }: Token,
  details: Record<string, unknown>,
): NewAuditEntry {
  return { ...by, companyId, action, target: { kind: 'token', id, name }, details: { prefix, ...details } };
}

/** Writes the events of revoked tokens, one event set for each integration. */
async function tell(tx: Tx, revoked: EndedToken[], by: AuditContext | LeakAuditContext): Promise<void> {
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

function summaryOf(token: Token): TokenSummary {
  const { hash: _, companyId: __, rateLimitPerMinute: ___, ...summary } = token;
  return summary;
}
