import { expiryWithin, requireRecentSignIn } from '../../auth/credentials/lifetime.js';
import type { OwnedCredentials } from '../../auth/credentials/owned-credentials.js';
import { bindToken, companiesByToken, companiesOf } from '../../identity/users/token-companies.js';
import { notYours } from '../../identity/users/users.errors.js';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { requireRoom } from '../../platform/database/cap.js';
import { In, IsNull } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import type { Sql } from '../../platform/database/sql.js';
import { newId } from '../../platform/ids/ids.js';
import type { Page, PageRequest } from '../../platform/paging/page.js';
import { idKey, readEntities } from '../../platform/paging/read-page.js';
import { type AuditContext, makerOf } from '../../audit/audit-context.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import { type CredentialActs, actsOf, joinActs, keyOf, noActs } from '../../audit/credential-acts.js';
import { CredentialRows } from '../../auth/credentials/credential-rows.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import type { UserPrincipal } from '../../auth/principal/principal.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../../auth/credentials/leak-revoker.js';
import { displayPrefix, hashToken, newRawToken } from '../../auth/credentials/token-format.js';
import { People } from '../../identity/users/people.js';
import { PersonalTokenErrors } from './personal-tokens.errors.js';
import { PersonalToken, PERSONAL_TOKEN_ID_PREFIX } from './personal-token.entity.js';

export interface NewPersonalToken {
  name: string;
  /** Null means never. */
  expiresAt: Date | null;
}

/** A personal token as its owner sees it, without the raw token. */
export interface PersonalTokenSummary extends Omit<PersonalToken, 'hash' | 'userId'> {
  /** Ids of the companies in which it acts, also listed after it was revoked or has expired. */
  companies: string[];
}

/** A revoked personal token, with what it created and changed. */
export interface RevokedPersonalToken extends PersonalTokenSummary {
  acts: CredentialActs;
}

export interface IssuedPersonalToken {
  raw: string;
  token: PersonalTokenSummary;
}

/** Issues, lists and revokes personal tokens, by which a person's scripts act for them. */
@Injectable()
export class PersonalTokensService implements LeakRevoker, OwnedCredentials {
  readonly revokes = [PERSONAL_TOKEN_ID_PREFIX];

  constructor(
    private readonly database: Database,
    private readonly epoch: RevocationEpoch,
    private readonly credentials: CredentialRows,
    private readonly people: People,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Issues a token that the caller asks for. It acts in the companies of the calling token, or, after a
   * sign-in, in all companies of the caller.
   * @throws FORBIDDEN for a private token
   * @throws OUTLIVES_MAKER
   * @throws SIGN_IN_AGAIN
   */
  issueFor(
    tx: Tx,
    { user, signedIn }: UserPrincipal,
    input: NewPersonalToken,
    by: AuditContext,
  ): Promise<IssuedPersonalToken> {
    if (signedIn?.kind === 'private') throw PersonalTokenErrors.signInNeeded.error();
    return this.issue(tx, user.id, input, by);
  }

  /** Issues a token. Only the response contains the raw token. */
  async issue(
    tx: Tx,
    userId: string,
    input: NewPersonalToken,
    by: AuditContext,
  ): Promise<IssuedPersonalToken> {
    await requireRoom(tx, {
      limit: this.config.MAX_PERSONAL_TOKENS,
      lock: { table: 'users', id: userId },
      counted: `FROM personal_tokens WHERE user_id = ? AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > ?)`,
      values: [userId, toSqlInstant(new Date())],
    });
    await this.credentials.holdMaker(tx, by);
    const raw = newRawToken('eudr_pat_');
    const row = tx.manager.create(PersonalToken, {
      name: input.name,
      expiresAt: expiryWithin(by, input.expiresAt),
      userId,
      id: newId(PERSONAL_TOKEN_ID_PREFIX),
      hash: hashToken(raw),
      prefix: displayPrefix(raw),
      revokedAt: null,
      lastUsedAt: null,
      madeBy: makerOf(by),
      changedBy: null,
      createdAt: new Date(),
    });
    await tx.manager.insert(PersonalToken, row);
    await bindToken(tx, row, await companiesFor(tx, userId, by));
    await this.record(tx, by, 'personal_token.created', row);
    return { raw, token: await summaryOf(tx, row) };
  }

  /** Lists a person's tokens, oldest first. */
  async list(userId: string, request: PageRequest): Promise<Page<PersonalTokenSummary>> {
    const listing = {
      from: `personal_tokens ${dialect.useIndex('ix_personal_tokens_user')}`,
      where: 'user_id = ?',
      values: [userId],
      keys: [idKey('id', PERSONAL_TOKEN_ID_PREFIX)],
    };
    const page = await readEntities(this.database, PersonalToken, listing, request);
    return { ...page, items: await summariesOf(this.database, page.items) };
  }

  /**
   * Revokes a token for good: at once in this process, within a second in all others.
   * @throws NOT_FOUND
   */
  async revoke(tx: Tx, userId: string, id: string, by: AuditContext): Promise<RevokedPersonalToken> {
    const token = await tx.manager.findOneBy(PersonalToken, { id, userId });
    if (!token) throw PersonalTokenErrors.notFound.error();
    await this.end(tx, token, by);
    await this.epoch.bump(tx);
    const revoked = await summaryOf(tx, await tx.manager.findOneByOrFail(PersonalToken, { id }));
    return { ...revoked, acts: joinActs([...(await this.actsOf(tx, token)).values()]) };
  }

  /**
   * Lets a token act only in these companies of its owner.
   * @throws NOT_FOUND
   * @throws VALIDATION_ERROR if the owner is no member of a company
   * @throws SIGN_IN_AGAIN
   */
  async setCompanies(
    tx: Tx,
    { user: { id: userId } }: UserPrincipal,
    { id, companies }: { id: string; companies: readonly string[] },
    by: AuditContext,
  ): Promise<PersonalTokenSummary> {
    requireRecentSignIn(by);
    await this.credentials.holdMaker(tx, by);
    const token = await tx.manager.findOneBy(PersonalToken, { id, userId, revokedAt: IsNull() });
    if (!token) throw PersonalTokenErrors.notFound.error();
    if ((await bindToken(tx, token, companies)) < companies.length) throw notYours();
    await tx.manager.update(PersonalToken, { id }, { changedBy: makerOf(by) });
    await this.record(tx, by, 'personal_token.changed', token, () => ({ companies }));
    await this.epoch.bump(tx);
    return summaryOf(tx, await tx.manager.findOneByOrFail(PersonalToken, { id }));
  }

  async endOf(tx: Tx, userId: string, by: AuditContext): Promise<void> {
    for (const token of await tx.manager.findBy(PersonalToken, { userId, revokedAt: IsNull() }))
      await this.end(tx, token, by);
  }

  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const found = await tx.manager.findBy(PersonalToken, { hash: In([...hashes]) });
    return found.map(({ id: credentialId, hash }) => ({ credentialId, hash }));
  }

  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended: string[] = [];
    for (const token of await tx.manager.findBy(PersonalToken, { id: In([...ids]) })) {
      if (await this.end(tx, token, by, leakDetails(by, token.id))) ended.push(token.id);
    }
    return ended;
  }

  /** @returns false if the token was already revoked */
  private async end(tx: Tx, token: PersonalToken, by: AuditContext, details = {}): Promise<boolean> {
    const live = { id: token.id, revokedAt: IsNull() };
    const { affected } = await tx.manager.update(PersonalToken, live, {
      revokedAt: new Date(),
      changedBy: makerOf(by),
    });
    if (!affected) return false;
    const acts = await this.actsOf(tx, token);
    await this.record(tx, by, 'personal_token.revoked', token, (companyId) => ({
      ...details,
      acts: acts.get(companyId) ?? noActs(),
    }));
    return true;
  }

  /** Returns what a token created and changed, by company of its owner. */
  private async actsOf(
    tx: Tx,
    { id: credentialId, userId }: PersonalToken,
  ): Promise<Map<string, CredentialActs>> {
    const of = (await companiesOf(tx, userId)).map((companyId) => ({ credentialId, companyId }));
    const acts = await actsOf(tx, of);
    return new Map(of.map((one) => [one.companyId, acts.get(keyOf(one)) ?? noActs()]));
  }

  /** Writes to the log of each company of the owner. */
  private async record(
    tx: Tx,
    by: AuditContext,
    action: AuditAction,
    token: PersonalToken,
    more: (companyId: string) => Record<string, unknown> = () => ({}),
  ): Promise<void> {
    const { id, name, prefix, expiresAt } = token;
    const target = { kind: 'personal_token', id, name };
    const person = await this.people.find(token.userId, tx);
    for (const { company } of person?.memberships ?? []) {
      await this.audit.record(tx, {
        ...by,
        companyId: company.id,
        action,
        target,
        details: { prefix, expiresAt, ...more(company.id) },
      });
    }
  }
}

/**
 * Must run in the transaction that locks the calling credential, so it does not pass on a company that the
 * credential has just lost.
 */
async function companiesFor(tx: Tx, userId: string, { credential }: AuditContext): Promise<string[]> {
  if (!credential?.id.startsWith(`${PERSONAL_TOKEN_ID_PREFIX}_`)) return companiesOf(tx, userId);
  return (await companiesByToken(tx, 'personal_tokens', [credential.id])).get(credential.id) ?? [];
}

async function summaryOf(tx: Tx, token: PersonalToken): Promise<PersonalTokenSummary> {
  const [summary] = await summariesOf(tx, [token]);
  return summary as PersonalTokenSummary;
}

async function summariesOf(
  sql: Pick<Sql, 'select'>,
  tokens: readonly PersonalToken[],
): Promise<PersonalTokenSummary[]> {
  const ids = tokens.map(({ id }) => id);
  const companies = await companiesByToken(sql, 'personal_tokens', ids);
  return tokens.map(({ hash: _, userId: __, ...rest }) => ({
    ...rest,
    companies: companies.get(rest.id) ?? [],
  }));
}
