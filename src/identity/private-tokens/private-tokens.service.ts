import { expiryWithin, requireRecentSignIn } from '../../auth/credentials/lifetime.js';
import type { OwnedCredentials } from '../../auth/credentials/owned-credentials.js';
import { bindToken, companiesByToken } from '../users/token-companies.js';
import { notYours } from '../users/users.errors.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { requireRoom } from '../../platform/database/cap.js';
import { In, IsNull } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toIsoInstant, toSqlInstant } from '../../platform/database/instant.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import { mapPage, type Page, type PageRequest } from '../../platform/paging/page.js';
import { idKey, instantKey, readPage, textKey } from '../../platform/paging/read-page.js';
import { DAY_MS } from '../../platform/values/time.js';
import { type AuditContext, makerOf } from '../../audit/audit-context.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import { actsOf, keyOf, noActs } from '../../audit/credential-acts.js';
import { CredentialRows } from '../../auth/credentials/credential-rows.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../../auth/credentials/leak-revoker.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { Jwts } from '../jwt/jwt.js';
import { PrivateToken, PRIVATE_TOKEN_ID_PREFIX } from './private-token.entity.js';
import { SessionErrors } from '../sessions/sessions.errors.js';

const MAX_DAYS = 366;
/** A search reads this many tokens of one owner, latest first. */
const MAX_SEARCHED = 10_000;

/** The owner of private tokens: a person in one of their companies. */
export interface PrivateTokenOwner {
  userId: string;
  companyId: string;
}

/** Input for a new private token. */
export interface NewPrivateToken {
  name: string;
  /** A fraction of a second is cut off. */
  expiration: Date;
}

/** A private token as its owner sees it later, without its JWT. */
export interface PrivateTokenSummary {
  id: string;
  name: string;
  /** ISO 8601. */
  expiresAt: string;
  madeBy: string | null;
  /** The id of its company; empty if its owner has left the company and joined again. */
  companies: string[];
}

/** Ids sort by creation time. */
const BY_ID = idKey('id', PRIVATE_TOKEN_ID_PREFIX);
const ORDERS = {
  name: { index: 'ix_private_tokens_live_name', keys: [textKey('name', /^/), BY_ID] },
  expiration_time: { index: 'ix_private_tokens_live_expiry', keys: [instantKey('expires_at'), BY_ID] },
  created: { index: 'ix_private_tokens_live', keys: [BY_ID] },
} as const;
const COLUMNS = 'id, name, expires_at, made_by';
const OWNED = 'user_id = ? AND company_id = ? AND deleted_at IS NULL';
const LATEST_NAMES = `SELECT id, name FROM private_tokens ${dialect.useIndex(ORDERS.created.index)}
  WHERE ${OWNED} ORDER BY id DESC LIMIT ${MAX_SEARCHED}`;
type PrivateTokenKey = keyof typeof ORDERS;

/** Sort order of a list. `-` means descending. */
export type PrivateTokenOrder = PrivateTokenKey | `-${PrivateTokenKey}`;
export const PRIVATE_TOKEN_ORDERS = (Object.keys(ORDERS) as PrivateTokenKey[]).flatMap(
  (key): PrivateTokenOrder[] => [key, `-${key}`],
);

export interface PrivateTokenQuery {
  order: PrivateTokenOrder;
  /** Part of the name, in upper or lower case. Only the latest `MAX_SEARCHED` tokens are searched. */
  text?: string;
}

interface PrivateTokenRow {
  id: string;
  name: string;
  expires_at: string;
  made_by: string | null;
}

/** `IN ()` with an empty list is not valid SQL. */
function isAmong(ids: readonly string[]): string {
  return ids.length === 0 ? '1 = 0' : `id IN (${placeholders(ids.length)})`;
}

/** Issues, lists and deletes long-lived JWTs, which people give to their servers. */
@Injectable()
export class PrivateTokensService implements LeakRevoker, OwnedCredentials {
  readonly revokes = [PRIVATE_TOKEN_ID_PREFIX];

  constructor(
    private readonly database: Database,
    private readonly jwts: Jwts,
    private readonly epoch: RevocationEpoch,
    private readonly credentials: CredentialRows,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Issues a token that expires at a time of the owner's choice. Only the response contains the JWT.
   * @throws VALIDATION_ERROR if the time is in the past or more than 366 days ahead
   * @throws OUTLIVES_MAKER
   * @throws SIGN_IN_AGAIN
   */
  async issue(
    tx: Tx,
    { userId, companyId }: PrivateTokenOwner,
    { name, expiration }: NewPrivateToken,
    by: AuditContext,
  ): Promise<{ token: PrivateTokenSummary; jwt: string }> {
    const expiresAt = new Date(Math.floor(expiration.getTime() / 1000) * 1000);
    requireInReach(expiresAt);
    await requireRoom(tx, {
      limit: this.config.MAX_PRIVATE_TOKENS,
      lock: { table: 'users', id: userId },
      counted: 'FROM private_tokens WHERE user_id = ? AND deleted_at IS NULL AND expires_at > ?',
      values: [userId, toSqlInstant(new Date())],
    });
    await this.credentials.holdMaker(tx, by);
    expiryWithin(by, expiresAt);
    const row = { id: newId(PRIVATE_TOKEN_ID_PREFIX), userId, companyId, name, expiresAt };
    const jwt = await this.jwts.issue({
      kind: 'private',
      credentialId: row.id,
      userId,
      companyId,
      expiresAt,
    });
    const hash = hashToken(jwt);
    const made = { madeBy: makerOf(by), changedBy: null, deletedAt: null, createdAt: new Date() };
    await tx.manager.insert(PrivateToken, { ...row, hash, ...made });
    await bindToken(tx, row, [companyId]);
    await this.record(tx, by, 'private_token.created', row);
    const { madeBy } = made;
    const token = { id: row.id, name, expiresAt: expiresAt.toISOString(), madeBy, companies: [companyId] };
    return { token, jwt };
  }

  /** Lists the owner's tokens, including expired ones. */
  async list(
    { userId, companyId }: PrivateTokenOwner,
    { order, text }: PrivateTokenQuery,
    request: PageRequest,
  ): Promise<Page<PrivateTokenSummary>> {
    const { index, keys } = ORDERS[order.replace('-', '') as PrivateTokenKey];
    const owner = [userId, companyId];
    const found = text === undefined ? undefined : await this.search(owner, text);
    const listing = {
      columns: COLUMNS,
      from: `private_tokens ${dialect.useIndex(index)}`,
      where: found ? `${OWNED} AND ${isAmong(found)}` : OWNED,
      values: [...owner, ...(found ?? [])],
      keys,
      descending: order.startsWith('-'),
    };
    const page = await readPage<PrivateTokenRow>(this.database, listing, request);
    const ids = page.items.map(({ id }) => id);
    const acting = await companiesByToken(this.database, 'private_tokens', ids);
    return mapPage(page, (row) =>
      summaryOf(
        row,
        acting.get(row.id)?.filter((id) => id === companyId),
      ),
    );
  }

  /**
   * Returns the ids of the latest tokens whose name contains a text. It compares in code, because the
   * embedded engine ignores case only for A to Z.
   */
  private async search(owner: string[], text: string): Promise<string[]> {
    const latest = await this.database.select<{ id: string; name: string }>(LATEST_NAMES, owner);
    const input = text.toUpperCase();
    return latest.filter(({ name }) => name.toUpperCase().includes(input)).map(({ id }) => id);
  }

  /**
   * Deletes a token. Its JWT stops working at once in this process, and within a second in all others.
   * @throws NOT_FOUND also if the token is already deleted or belongs to someone else
   */
  delete({ userId, companyId }: PrivateTokenOwner, id: string, by: AuditContext): Promise<void> {
    return this.database.transaction(async (tx) => {
      const token = await tx.manager.findOneBy(PrivateToken, { id, userId, companyId });
      if (!token || !(await this.end(tx, token, by))) throw SessionErrors.noSuchPrivateToken.error();
      await this.epoch.bump(tx);
    });
  }

  /**
   * Lets a token act in its company again, after its owner has left the company and joined again.
   * @param companies the token's own company only, because the token acts in no other
   * @throws NOT_FOUND
   * @throws VALIDATION_ERROR for another company
   * @throws SIGN_IN_AGAIN
   */
  setCompanies(
    { userId, companyId }: PrivateTokenOwner,
    { id, companies }: { id: string; companies: readonly string[] },
    by: AuditContext,
  ): Promise<PrivateTokenSummary> {
    requireRecentSignIn(by);
    return this.database.transaction(async (tx) => {
      await this.credentials.holdMaker(tx, by);
      const token = await tx.manager.findOneBy(PrivateToken, { id, userId, companyId, deletedAt: IsNull() });
      if (!token) throw SessionErrors.noSuchPrivateToken.error();
      if (companies.some((one) => one !== companyId)) throw notYours();
      await bindToken(tx, token, companies);
      await tx.manager.update(PrivateToken, { id }, { changedBy: makerOf(by) });
      await this.record(tx, by, 'private_token.changed', token);
      await this.epoch.bump(tx);
      const { name, expiresAt, madeBy } = token;
      return { id, name, expiresAt: expiresAt.toISOString(), madeBy, companies: [companyId] };
    });
  }

  async endOf(tx: Tx, userId: string, by: AuditContext): Promise<void> {
    for (const token of await tx.manager.findBy(PrivateToken, { userId, deletedAt: IsNull() }))
      await this.end(tx, token, by);
  }

  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const found = await tx.manager.findBy(PrivateToken, { hash: In([...hashes]) });
    return found.map(({ id: credentialId, hash }) => ({ credentialId, hash }));
  }

  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended: string[] = [];
    for (const token of await tx.manager.findBy(PrivateToken, { id: In([...ids]) })) {
      if (await this.end(tx, token, by, leakDetails(by, token.id))) ended.push(token.id);
    }
    return ended;
  }

  /** @returns false if the token was already deleted */
  private async end(tx: Tx, token: PrivateToken, by: AuditContext, details = {}): Promise<boolean> {
    const { affected } = await tx.manager.update(
      PrivateToken,
      { id: token.id, deletedAt: IsNull() },
      { deletedAt: new Date(), changedBy: makerOf(by) },
    );
    if (!affected) return false;
    const acting = { credentialId: token.id, companyId: token.companyId };
    const acts = (await actsOf(tx, [acting])).get(keyOf(acting)) ?? noActs();
    await this.record(tx, by, 'private_token.deleted', token, { ...details, acts });
    return true;
  }

  private record(
    tx: Tx,
    by: AuditContext,
    action: AuditAction,
    { id, companyId, name, expiresAt }: Pick<PrivateToken, 'id' | 'companyId' | 'name' | 'expiresAt'>,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const target = { kind: 'private_token', id, name };
    return this.audit.record(tx, { ...by, companyId, action, target, details: { expiresAt, ...more } });
  }
}

function summaryOf(
  { id, name, expires_at, made_by }: PrivateTokenRow,
  companies: string[] = [],
): PrivateTokenSummary {
  return { id, name, expiresAt: toIsoInstant(expires_at), madeBy: made_by, companies };
}

function requireInReach(expiresAt: Date): void {
  const ahead = expiresAt.getTime() - Date.now();
  if (ahead > 0 && ahead <= MAX_DAYS * DAY_MS) return;
  const message = `expiration_time must be in the future, and at most ${MAX_DAYS} days ahead`;
  throw validationError([{ path: 'expiration_time', message }]);
}
