import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import { byUser } from '../audit/act.js';
import { AuditLog } from '../audit/audit-log.js';
import { AccessEpoch } from '../auth/access-epoch.js';
import { isSecretForm, newSecret } from '../tokens/secret-token.js';
import { hashToken } from '../tokens/token-format.js';
import { Membership } from '../users/membership.entity.js';
import type { Role } from '../users/roles.js';
import { type Attempt, SignInCheck } from '../users/sign-in-check.js';
import { User } from '../users/user.entity.js';
import { invalidCredentials } from '../users/users.errors.js';
import { Jwts } from './jwt.js';
import { endSessions } from './session-ending.js';
import { RefreshToken, Session } from './session.entity.js';
import { invalidToken, SessionErrors } from './sessions.errors.js';

const ACCESS_MS = 60 * 60 * 1000;
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

export interface SignIn extends Attempt {
  /** Of the person's companies; the default one unless given. */
  companyId?: string;
}

/** The two tokens of a session, both shown only here. */
export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
}

/** Someone who has just signed in. */
export interface SignedIn extends SessionTokens {
  user: User;
  companyId: string;
  roles: Role[];
}

/** What a refresh came to: judged after the commit, for reuse is written down as well. */
type Refreshed = { session: Session; refreshToken: string } | 'unknown' | 'reused';

/** Signs people in and out. A session ends 30 days after its sign-in at the latest. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SignInCheck) private readonly signIns: SignInCheck,
    @Inject(Jwts) private readonly jwts: Jwts,
    @Inject(AccessEpoch) private readonly epoch: AccessEpoch,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /**
   * Begins a session in one of the person's companies.
   * @throws INVALID_CREDENTIALS, RATE_LIMIT_EXCEEDED; VALIDATION_ERROR for a company that is not theirs and NO_COMPANY
   *   where they have none, both only after the right password.
   */
  async signIn({ companyId, ...attempt }: SignIn): Promise<SignedIn> {
    const user = await this.signIns.check(attempt);
    const membership = await this.membershipOf(user, companyId);
    const { session, refreshToken } = await this.database.transaction(async (tx) => {
      await requireUnchanged(tx, user);
      const begun = await this.begin(tx, membership);
      await this.recordSignIn(tx, user, begun.session, attempt.address);
      return begun;
    });
    const accessToken = await this.accessTokenOf(session);
    return { user, companyId: session.companyId, roles: membership.roles, accessToken, refreshToken };
  }

  /**
   * Exchanges a refresh token for new tokens, once. Whoever shows one a second time, the thief or the robbed, ends the
   * session for both; so does, of two who show it at once, the one who came second.
   * @throws INVALID_TOKEN
   */
  async refresh(raw: string): Promise<SessionTokens> {
    if (!isSecretForm('ref', raw)) throw invalidToken();
    const refreshed = await this.database.transaction((tx) => this.rotate(tx, hashToken(raw)));
    if (typeof refreshed === 'string') throw invalidToken(new Error(`refresh token ${refreshed}`));
    return {
      accessToken: await this.accessTokenOf(refreshed.session),
      refreshToken: refreshed.refreshToken,
    };
  }

  /** Ends a session with all its tokens; one that has ended stays as it is. */
  signOut(sessionId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      if (await endSessions(tx, { id: sessionId }, 'SIGNED_OUT')) await this.epoch.raise(tx);
    });
  }

  private recordSignIn(tx: Tx, user: User, { id, companyId }: Session, address: string): Promise<void> {
    const target = { kind: 'session', id, name: user.email };
    const act = { ...byUser(user), address, requestId: null };
    return this.audit.record(tx, { ...act, companyId, action: 'session.signed_in', target, details: {} });
  }

  private async membershipOf(user: User, wanted: string | undefined): Promise<Membership> {
    const memberships = await this.database.read((manager) =>
      manager.find(Membership, { where: { userId: user.id }, order: { createdAt: 'ASC', companyId: 'ASC' } }),
    );
    const named = memberships.find(({ companyId }) => companyId === (wanted ?? user.defaultCompanyId));
    const found = named ?? (wanted === undefined ? memberships[0] : undefined);
    if (found) return found;
    if (wanted === undefined) throw SessionErrors.noCompany.error();
    throw validationError([{ path: 'company_id', message: 'company_id must be one of your companies' }]);
  }

  private async begin(
    tx: Tx,
    { userId, companyId }: Membership,
  ): Promise<{ session: Session; refreshToken: string }> {
    const now = new Date();
    const session = tx.manager.create(Session, {
      id: newId('ses'),
      userId,
      companyId,
      createdAt: now,
      expiresAt: new Date(now.getTime() + SESSION_MS),
      endedAt: null,
      endedReason: null,
    });
    await tx.manager.insert(Session, session);
    return { session, refreshToken: await this.newRefreshToken(tx, session.id) };
  }

  /** The conditional update decides who is first: of any number at once, one finds the token unused. */
  private async rotate(tx: Tx, hash: string): Promise<Refreshed> {
    const first = await tx.write('UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL', [
      toSqlInstant(new Date()),
      hash,
    ]);
    const token = await tx.manager.findOneBy(RefreshToken, { hash });
    const session = token && (await tx.manager.findOneBy(Session, { id: token.sessionId }));
    if (!session) return 'unknown';
    if (first === 0) {
      if (await endSessions(tx, { id: session.id }, 'REFRESH_REUSED')) await this.epoch.raise(tx);
      return 'reused';
    }
    if (!(await isAlive(tx, session))) return 'unknown';
    return { session, refreshToken: await this.newRefreshToken(tx, session.id) };
  }

  private async newRefreshToken(tx: Tx, sessionId: string): Promise<string> {
    const raw = newSecret('ref');
    const row = { hash: hashToken(raw), sessionId, createdAt: new Date(), usedAt: null };
    await tx.manager.insert(RefreshToken, row);
    return raw;
  }

  private accessTokenOf({ id, userId, companyId, expiresAt }: Session): Promise<string> {
    const hourEnds = Math.min(Date.now() + ACCESS_MS, expiresAt.getTime());
    const content = { credentialId: id, userId, companyId, expiresAt: new Date(hourEnds) };
    return this.jwts.issue({ kind: 'session', ...content });
  }
}

/**
 * Keeps an account as it was when its password was checked: whoever changes the password or disables it meanwhile ends
 * all sessions, and must find this one.
 */
async function requireUnchanged(tx: Tx, { id, passwordHash }: User): Promise<void> {
  const [row] = await tx.select<{ password_hash: string | null; disabled_at: string | null }>(
    `SELECT password_hash, disabled_at FROM users WHERE id = ? ${dialect.forShare}`,
    [id],
  );
  if (row?.password_hash !== passwordHash || row.disabled_at !== null) throw invalidCredentials();
}

/** Whether a session may go on: not over, and its owner neither disabled nor gone from the company. */
async function isAlive(tx: Tx, { userId, companyId, endedAt, expiresAt }: Session): Promise<boolean> {
  if (endedAt || expiresAt.getTime() <= Date.now()) return false;
  const user = await tx.manager.findOneBy(User, { id: userId });
  return !!user && !user.disabledAt && (await tx.manager.existsBy(Membership, { userId, companyId }));
}
