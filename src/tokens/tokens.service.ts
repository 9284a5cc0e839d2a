import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { type AuditContext, makerOf } from '../audit/audit-context.js';
import { AuditLog } from '../audit/audit-log.js';
import { CredentialRows } from '../auth/credentials/credential-rows.js';
import { expiryWithin, shortenedExpiry } from '../auth/credentials/lifetime.js';
import { RevocationEpoch } from '../auth/credentials/revocation-epoch.js';
import { displayPrefix, hashToken, newRawToken } from '../auth/credentials/token-format.js';
import type { Scope } from '../auth/principal/scopes.js';
import { Integration } from '../integrations/integration.entity.js';
import { IntegrationErrors } from '../integrations/integrations.errors.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { type Cap, requireRoom } from '../platform/database/cap.js';
import { Database, type Tx } from '../platform/database/database.js';
import { dialect } from '../platform/database/dialect.js';
import { toSqlInstant } from '../platform/database/instant.js';
import { newId } from '../platform/ids/ids.js';
import { mapPage, type Page, type PageRequest } from '../platform/paging/page.js';
import { idKey, readEntities } from '../platform/paging/read-page.js';
import { DAY_MS } from '../platform/values/time.js';
import { Token, TOKEN_ID_PREFIX } from './token.entity.js';
import { TokenRevocation } from './token-revocation.js';
import { entryOf, summaryOf, type TokenSummary } from './token-summary.js';
import { TokenErrors } from './tokens.errors.js';

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

/** Issues, lists, rotates and deletes integration tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly database: Database,
    private readonly epoch: RevocationEpoch,
    private readonly credentials: CredentialRows,
    private readonly revocation: TokenRevocation,
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
    if (graceSeconds === 0) await this.revocation.revokeAll(tx, [id], { disableWebhooks: false }, by);
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
