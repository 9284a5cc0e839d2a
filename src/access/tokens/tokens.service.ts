import { Inject, Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import { type NewEvent, writeEvents } from '../../platform/outbox/outbox.js';
import { dialect } from '../../platform/database/dialect.js';
import { newId } from '../../platform/ids/ids.js';
import { AccessEpoch } from '../auth/access-epoch.js';
import { AuthErrors, unauthorized } from '../auth/auth.errors.js';
import type { Scope } from '../auth/scopes.js';
import { Integration } from '../integrations/integration.entity.js';
import { IntegrationErrors } from '../integrations/integrations.errors.js';
import { type Dependents, RevocationHooks, type RevocationOptions } from './revocation-hooks.js';
import { Token } from './token.entity.js';
import { TokenErrors } from './tokens.errors.js';
import { displayPrefix, hashToken, newRawToken } from './token-format.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface NewToken {
  integrationId: string;
  name: string;
  scopes: readonly Scope[];
  /** Days until it expires; none means never. */
  expiresInDays?: number;
  /** Requests a minute; none takes the integration's limit, or the service's. */
  requestsPerMinute?: number;
}

/** A token as people may see it: everything but the token. */
export type TokenSummary = Omit<Token, 'hash' | 'companyId' | 'rateLimitPerMinute'>;

/** A token that works no more, and what depended on it. */
export type RevokedToken = TokenSummary & Dependents;

/** Issues, lists and revokes integration tokens. */
@Injectable()
export class TokensService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AccessEpoch) private readonly epoch: AccessEpoch,
    @Inject(RevocationHooks) private readonly hooks: RevocationHooks,
  ) {}

  /**
   * Issues a token. The raw token is in the answer and nowhere else, ever.
   * @throws NOT_FOUND when there is no such integration.
   */
  async issue(tx: Tx, wanted: NewToken): Promise<{ raw: string; token: TokenSummary }> {
    const integration = await tx.manager.findOneBy(Integration, { id: wanted.integrationId });
    if (!integration) throw IntegrationErrors.notFound.error();
    const raw = newRawToken();
    const now = new Date();
    const row = tx.manager.create(Token, {
      id: newId('tok'),
      companyId: integration.companyId,
      integrationId: integration.id,
      name: wanted.name,
      hash: hashToken(raw),
      prefix: displayPrefix(raw),
      scopes: [...wanted.scopes],
      rateLimitPerMinute: wanted.requestsPerMinute ?? null,
      expiresAt:
        wanted.expiresInDays === undefined ? null : new Date(now.getTime() + wanted.expiresInDays * DAY_MS),
      revokedAt: null,
      lastUsedAt: null,
      createdAt: now,
    });
    await tx.manager.insert(Token, row);
    return { raw, token: summaryOf(row) };
  }

  /**
   * Keeps a token from being revoked until the transaction ends, for what the revocation must find when it comes.
   * @throws TOKEN_REVOKED when it came already, whatever this process's cache says.
   */
  async hold(tx: Tx, id: string): Promise<void> {
    const [row] = await tx.select<{ revoked_at: string | null }>(
      `SELECT revoked_at FROM tokens WHERE id = ? ${dialect.forShare}`,
      [id],
    );
    if (row?.revoked_at !== null) throw unauthorized(AuthErrors.tokenRevoked);
  }

  /** An integration's tokens, the oldest first; without one, all tokens. */
  async list(integrationId?: string): Promise<TokenSummary[]> {
    const rows = await this.database.read((manager) =>
      manager.find(Token, {
        where: integrationId === undefined ? {} : { integrationId },
        order: { id: 'ASC' },
      }),
    );
    return rows.map(summaryOf);
  }

  /**
   * Revokes a token, once and for all: at once in this process, within a second in every other. Revoking it
   * again changes nothing, not even the time. Whoever depends on the credential takes part (`RevocationHooks`).
   * @throws NOT_FOUND
   */
  async revoke(tx: Tx, id: string, options: RevocationOptions): Promise<RevokedToken> {
    const { affected } = await tx.manager.update(
      Token,
      { id, revokedAt: IsNull() },
      { revokedAt: new Date() },
    );
    const token = await tx.manager.findOneBy(Token, { id });
    if (!token) throw TokenErrors.notFound.error();
    const dependents = await this.hooks.runRevoked(tx, token, options);
    if (affected) await writeEvents(tx, token, [revokedEvent(token)]);
    await this.epoch.raise(tx);
    return { ...summaryOf(token), ...dependents };
  }
}

function revokedEvent({ id, name, prefix, revokedAt }: Token): NewEvent {
  return {
    type: 'credential.revoked',
    data: { credentialId: id, name, prefix, revokedAt: (revokedAt as Date).toISOString() },
  };
}

function summaryOf(token: Token): TokenSummary {
  const { id, integrationId, name, prefix, scopes, expiresAt, revokedAt, lastUsedAt, createdAt } = token;
  return { id, integrationId, name, prefix, scopes, expiresAt, revokedAt, lastUsedAt, createdAt };
}
