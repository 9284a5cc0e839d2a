import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import { DAY_MS } from '../../platform/values/time.js';
import { type Act, bySystem, byUser } from '../../audit/act.js';
import type { AuditAction } from '../../audit/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import { actsOf, keyOf, noActs } from '../../audit/credential-acts.js';
import { AccessEpoch } from '../../auth/credentials/access-epoch.js';
import { AuthErrors, unauthorized } from '../../auth/principal/auth.errors.js';
import {
  type HashedCredential,
  type LeakAct,
  leakDetails,
  type LeakRevoker,
} from '../../auth/credentials/leak-revoker.js';
import { isSecretForm, newSecret } from '../../auth/credentials/secret-token.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { Membership } from '../users/membership.entity.js';
import type { Role } from '../../auth/principal/roles.js';
import { type Attempt, SignInCheck } from '../sign-in/sign-in-check.js';
import { companiesOf } from '../users/token-companies.js';
import { User } from '../users/user.entity.js';
import { invalidCredentials } from '../users/users.errors.js';
import { Jwts } from '../jwt/jwt.js';
import { endSessions } from './session-ending.js';
import { type EndedReason, RefreshToken, Session, SESSION_ID_PREFIX } from './session.entity.js';
import { SessionErrors } from './sessions.errors.js';

const ACCESS_MS = 60 * 60 * 1000;
/** What a session keeps of how it began. */
const BY_PASSWORD = 'password';
const SESSION_MS = 30 * DAY_MS;

export interface SignIn extends Attempt {
  /** Of the person's companies; the default one unless given. */
  companyId?: string;
}

/** The two tokens of a session, both shown only here. */
export interface SessionTokens {
  accessToken: string;
  /** Seconds that the access token lives. */
  expiresIn: number;
  refreshToken: string;
}

/** Someone who has just signed in. */
export interface SignedIn extends SessionTokens {
  user: User;
  companyId: string;
  roles: Role[];
}

/** What a refresh came to: judged after the commit, for reuse is written down as well. */
type Refreshed = SessionTokens | 'unknown' | 'reused';

/** Signs people in and out. A session ends 30 days after its sign-in at the latest. */
@Injectable()
export class SessionsService implements LeakRevoker {
  readonly revokes = [SESSION_ID_PREFIX];

  constructor(
    private readonly database: Database,
    private readonly signIns: SignInCheck,
    private readonly jwts: Jwts,
    private readonly epoch: AccessEpoch,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Begins a session in one of the person's companies.
   * @throws INVALID_CREDENTIALS, RATE_LIMIT_EXCEEDED; VALIDATION_ERROR for a company that is not theirs and NO_COMPANY
   *   where they have none, both only after the right password.
   */
  async signIn({ companyId, ...attempt }: SignIn): Promise<SignedIn> {
    const user = await this.signIns.check(attempt);
    const membership = await this.membershipOf(user, companyId);
    const { companyId: signedInTo, roles } = membership;
    const tokens = await this.database.transaction(async (tx) => {
      await requireUnchanged(tx, user);
      const session = await begin(tx, membership);
      const given = await this.newTokens(tx, session);
      const act = { ...byUser(user), address: attempt.address, requestId: null };
      await this.record(tx, act, 'session.signed_in', session, user.email);
      return given;
    });
    return { user, companyId: signedInTo, roles, ...tokens };
  }

  /**
   * Exchanges a refresh token for new tokens, once. Whoever shows one a second time, the thief or the robbed, ends the
   * session for both; so does, of two who show it at once, the one who came second.
   * @param address where the request came from.
   * @throws INVALID_TOKEN
   */
  async refresh(raw: string, address: string): Promise<SessionTokens> {
    if (!isSecretForm('ref', raw)) throw unauthorized(AuthErrors.invalidToken);
    const refreshed = await this.database.transaction((tx) => this.rotate(tx, hashToken(raw), address));
    if (typeof refreshed === 'string')
      throw unauthorized(AuthErrors.invalidToken, { cause: new Error(`refresh token ${refreshed}`) });
    return refreshed;
  }

  /** Ends a session with all its tokens; one that has ended stays as it is. */
  signOut(sessionId: string, by: Act): Promise<void> {
    return this.database.transaction(async (tx) => {
      const session = await tx.manager.findOneByOrFail(Session, { id: sessionId });
      if (await this.end(tx, session, 'SIGNED_OUT', by)) await this.epoch.raise(tx);
    });
  }

  /** Finds sessions by their refresh tokens; an access token names its session. */
  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const given = await tx.manager.findBy(RefreshToken, { hash: In([...hashes]) });
    return given.map(({ sessionId: credentialId, hash }) => ({ credentialId, hash }));
  }

  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAct): Promise<string[]> {
    const ended: string[] = [];
    for (const session of await tx.manager.findBy(Session, { id: In([...ids]) })) {
      if (await this.end(tx, session, 'LEAKED', by, leakDetails(by, session.id))) ended.push(session.id);
    }
    return ended;
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

  /** The conditional update decides who is first: of any number at once, one finds the token unused. */
  private async rotate(tx: Tx, hash: string, address: string): Promise<Refreshed> {
    const first = await tx.write('UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL', [
      toSqlInstant(new Date()),
      hash,
    ]);
    const token = await tx.manager.findOneBy(RefreshToken, { hash });
    const session = token && (await tx.manager.findOneBy(Session, { id: token.sessionId }));
    if (!session) return 'unknown';
    if (first === 0) {
      if (await this.end(tx, session, 'REFRESH_REUSED', bySystem('sessions', address)))
        await this.epoch.raise(tx);
      return 'reused';
    }
    if (!(await isAlive(tx, session))) return 'unknown';
    return this.newTokens(tx, session);
  }

  /** @returns false where it had ended before. */
  private async end(tx: Tx, session: Session, reason: EndedReason, by: Act, details = {}): Promise<boolean> {
    if ((await endSessions(tx, { id: session.id }, reason)) === 0) return false;
    const { email } = await tx.manager.findOneByOrFail(User, { id: session.userId });
    const isOver = reason === 'SIGNED_OUT';
    // A session acts in all companies of its person, each of which is told what a thief may have done there.
    const companies = isOver ? [] : await companiesOf(tx, session.userId);
    for (const companyId of new Set([session.companyId, ...companies])) {
      const acting = { credentialId: session.id, companyId };
      const acts = (await actsOf(tx, [acting])).get(keyOf(acting)) ?? noActs();
      const place = { id: session.id, companyId };
      if (isOver) await this.record(tx, by, 'session.signed_out', place, email, { acts });
      else await this.record(tx, by, 'session.ended', place, email, { reason, ...details, acts });
    }
    return true;
  }

  private async newTokens(tx: Tx, session: Session): Promise<SessionTokens> {
    const now = Date.now();
    const accessEnds = Math.min(now + ACCESS_MS, session.expiresAt.getTime());
    const accessToken = await this.accessTokenOf(session, new Date(accessEnds));
    const refreshToken = newSecret('ref');
    await tx.manager.insert(RefreshToken, {
      hash: hashToken(refreshToken),
      sessionId: session.id,
      accessHash: hashToken(accessToken),
      createdAt: new Date(),
      usedAt: null,
    });
    return { accessToken, expiresIn: Math.floor((accessEnds - now) / 1000), refreshToken };
  }

  private accessTokenOf({ id, userId, companyId, createdAt }: Session, expiresAt: Date): Promise<string> {
    const content = { credentialId: id, userId, companyId, expiresAt, signedInAt: createdAt };
    return this.jwts.issue({ kind: 'session', ...content });
  }

  private record(
    tx: Tx,
    by: Act,
    action: AuditAction,
    { id, companyId }: Pick<Session, 'id' | 'companyId'>,
    email: string,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const target = { kind: 'session', id, name: email };
    return this.audit.record(tx, { ...by, companyId, action, target, details });
  }
}

/** A new session of a member. */
async function begin(tx: Tx, { userId, companyId }: Membership): Promise<Session> {
  const now = new Date();
  const session = tx.manager.create(Session, {
    id: newId(SESSION_ID_PREFIX),
    userId,
    companyId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + SESSION_MS),
    endedAt: null,
    endedReason: null,
    madeBy: BY_PASSWORD,
  });
  await tx.manager.insert(Session, session);
  return session;
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
