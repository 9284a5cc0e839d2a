import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import { DAY_MS } from '../../platform/values/time.js';
import { type AuditContext, bySystem, byUser } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { RevocationEpoch } from '../../auth/credentials/revocation-epoch.js';
import { AuthErrors, unauthorized } from '../../auth/principal/auth.errors.js';
import {
  type HashedCredential,
  type LeakAuditContext,
  leakDetails,
  type LeakRevoker,
} from '../../auth/credentials/leak-revoker.js';
import { isSecretForm } from '../../auth/credentials/secret-token.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { Membership } from '../users/membership.entity.js';
import type { Role } from '../../auth/principal/roles.js';
import { type Attempt, PasswordAuthenticator } from '../sign-in/password-authenticator.js';
import { User } from '../users/user.entity.js';
import { invalidCredentials } from '../users/users.errors.js';
import { Jwts } from '../jwt/jwt.js';
import { isIdleSince } from './idle-sessions.js';
import { RefreshTokens, type ShownRefreshToken } from './refresh-tokens.js';
import { SessionEnding } from './session-ending.js';
import { RefreshToken, Session, SESSION_ID_PREFIX } from './session.entity.js';
import { SessionErrors } from './sessions.errors.js';

const ACCESS_MS = 60 * 60 * 1000;
/** Stored as the way in which a session began. */
const BY_PASSWORD = 'password';
const SESSION_MS = 30 * DAY_MS;
/** One minute longer than the session's only access token. */
const ONCE_MS = ACCESS_MS + 60_000;
/** Maximum number of surplus sessions that one transaction ends. */
const MAX_ENDED_AT_ONCE = 100;

export interface SignIn extends Attempt {
  /** One of the person's companies; default: the person's default company. */
  companyId?: string;
}

/** An access token, which only this response contains. */
export interface GivenAccess {
  accessToken: string;
  /** Lifetime of the access token in seconds. */
  expiresIn: number;
}

/** The two tokens of a session, which only this response contains. */
export interface SessionTokens extends GivenAccess {
  refreshToken: string;
}

/** The result of a sign-in. */
export interface SignedIn extends SessionTokens {
  user: User;
  companyId: string;
  roles: Role[];
}

/**
 * The result of a refresh. The caller converts it to an error only after the commit, because a reuse must be
 * recorded.
 */
type Refreshed = SessionTokens | 'unknown' | 'idle' | 'reused';

/**
 * Signs people in and out.
 * A session ends 30 days after its sign-in, or earlier if its refresh token is not used for seven days. The
 * number of sessions of a person is limited: the oldest ends when there are too many.
 */
@Injectable()
export class SessionsService implements LeakRevoker {
  readonly revokes = [SESSION_ID_PREFIX];

  constructor(
    private readonly database: Database,
    private readonly signIns: PasswordAuthenticator,
    private readonly jwts: Jwts,
    private readonly refreshTokens: RefreshTokens,
    private readonly ending: SessionEnding,
    private readonly epoch: RevocationEpoch,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_SESSIONS'>,
  ) {}

  /**
   * Starts a session in one of the person's companies.
   * @throws INVALID_CREDENTIALS
   * @throws RATE_LIMIT_EXCEEDED
   * @throws VALIDATION_ERROR if the person is no member of the company; only after the right password
   * @throws NO_COMPANY if the person has no company; only after the right password
   */
  async signIn({ companyId, ...attempt }: SignIn): Promise<SignedIn> {
    const user = await this.signIns.check(attempt);
    const membership = await this.membershipOf(user, companyId);
    const tokens = await this.database.transaction(async (tx) => {
      const session = await this.begin(tx, user, membership, {
        address: attempt.address,
        livesMs: SESSION_MS,
      });
      return this.withRefreshToken(tx, session, this.refreshTokens.fresh());
    });
    return { user, companyId: membership.companyId, roles: membership.roles, ...tokens };
  }

  /**
   * Starts a session for scripts. It has one access token and cannot be refreshed.
   * @throws every error of `signIn`
   */
  async signInOnce(attempt: Attempt): Promise<GivenAccess> {
    const user = await this.signIns.check(attempt);
    const membership = await this.membershipOf(user, undefined);
    return this.database.transaction(async (tx) => {
      const session = await this.begin(tx, user, membership, {
        address: attempt.address,
        livesMs: ONCE_MS,
      });
      return this.accessTo(session);
    });
  }

  /**
   * Exchanges a refresh token for new tokens. A repetition within 10 seconds gets the same refresh token.
   * A later reuse ends the session (RFC 9700, section 4.14.2), because it is unknown whether the thief or the
   * owner sent it.
   * @param address IP address of the request
   * @throws INVALID_TOKEN
   */
  async refresh(raw: string, address: string): Promise<SessionTokens> {
    if (!isSecretForm('ref', raw)) throw unauthorized(AuthErrors.invalidToken);
    const refreshed = await this.database.transaction((tx) => this.rotate(tx, raw, address));
    if (typeof refreshed === 'string')
      throw unauthorized(AuthErrors.invalidToken, { cause: new Error(`refresh token ${refreshed}`) });
    return refreshed;
  }

  /** Ends a session with all its tokens. Does nothing if it has already ended. */
  signOut(sessionId: string, by: AuditContext): Promise<void> {
    return this.database.transaction(async (tx) => {
      const session = await tx.manager.findOneByOrFail(Session, { id: sessionId });
      if (await this.ending.end(tx, session, 'SIGNED_OUT', by)) await this.epoch.bump(tx);
    });
  }

  /** Finds sessions by their refresh tokens. An access token names its session itself. */
  async findByHash(tx: Tx, hashes: readonly string[]): Promise<HashedCredential[]> {
    const given = await tx.manager.findBy(RefreshToken, { hash: In([...hashes]) });
    return given.map(({ sessionId: credentialId, hash }) => ({ credentialId, hash }));
  }

  async endLeaked(tx: Tx, ids: readonly string[], by: LeakAuditContext): Promise<string[]> {
    const ended: string[] = [];
    for (const session of await tx.manager.findBy(Session, { id: In([...ids]) })) {
      const details = leakDetails(by, session.id);
      if (await this.ending.end(tx, session, 'LEAKED', by, details)) ended.push(session.id);
    }
    return ended;
  }

  private async membershipOf(user: User, input: string | undefined): Promise<Membership> {
    const memberships = await this.database.read((manager) =>
      manager.find(Membership, { where: { userId: user.id }, order: { createdAt: 'ASC', companyId: 'ASC' } }),
    );
    const named = memberships.find(({ companyId }) => companyId === (input ?? user.defaultCompanyId));
    const found = named ?? (input === undefined ? memberships[0] : undefined);
    if (found) return found;
    if (input === undefined) throw SessionErrors.noCompany.error();
    throw validationError([
      { path: 'company_id', message: 'company_id must be the id of one of your companies' },
    ]);
  }

  /** Starts a session of a member and ends surplus sessions. */
  private async begin(
    tx: Tx,
    user: User,
    membership: Membership,
    { address, livesMs }: { address: string; livesMs: number },
  ): Promise<Session> {
    await requireUnchanged(tx, user);
    const session = await insertSession(tx, membership, livesMs);
    const act = { ...byUser(user), address, requestId: null };
    const target = { kind: 'session', id: session.id, name: user.email };
    const { companyId } = session;
    await this.audit.record(tx, { ...act, companyId, action: 'session.signed_in', target, details: {} });
    await this.endTooMany(tx, session, act);
    return session;
  }

  private async endTooMany(tx: Tx, { id, userId }: Session, by: AuditContext): Promise<void> {
    const rows = await tx.select<{ id: string }>(
      `SELECT id FROM sessions WHERE user_id = ? AND ended_at IS NULL AND expires_at > ? AND id <> ?
       ORDER BY id DESC LIMIT ${MAX_ENDED_AT_ONCE} OFFSET ${this.config.MAX_SESSIONS - 1}`,
      [userId, toSqlInstant(new Date()), id],
    );
    for (const row of rows) {
      const oldest = await tx.manager.findOneByOrFail(Session, { id: row.id });
      await this.ending.end(tx, oldest, 'TOO_MANY', by);
    }
    if (rows.length > 0) await this.epoch.bump(tx);
  }

  private async rotate(tx: Tx, raw: string, address: string): Promise<Refreshed> {
    const shown = await this.refreshTokens.use(tx, raw);
    const session = shown && (await tx.manager.findOneBy(Session, { id: shown.token.sessionId }));
    if (!session || !(await isAlive(tx, session))) return 'unknown';
    const reason = reasonToEnd(shown);
    if (reason !== undefined) {
      await this.ending.end(tx, session, reason, bySystem('sessions', address));
      await this.epoch.bump(tx);
      return reason === 'IDLE' ? 'idle' : 'reused';
    }
    const successor = shown.successor as string;
    if (!shown.isFirst) return { ...(await this.accessTo(session)), refreshToken: successor };
    await tx.manager.update(Session, { id: session.id }, { refreshedAt: new Date() });
    return this.withRefreshToken(tx, session, successor);
  }

  private async withRefreshToken(tx: Tx, session: Session, refreshToken: string): Promise<SessionTokens> {
    const access = await this.accessTo(session);
    await this.refreshTokens.keep(tx, refreshToken, session.id, hashToken(access.accessToken));
    return { ...access, refreshToken };
  }

  private async accessTo({ id, userId, companyId, createdAt, expiresAt }: Session): Promise<GivenAccess> {
    const now = Date.now();
    const accessEnds = Math.min(now + ACCESS_MS, expiresAt.getTime());
    const content = { credentialId: id, userId, companyId, signedInAt: createdAt };
    const accessToken = await this.jwts.issue({
      kind: 'session',
      ...content,
      expiresAt: new Date(accessEnds),
    });
    return { accessToken, expiresIn: Math.floor((accessEnds - now) / 1000) };
  }
}

/** Returns why the session of this refresh token must end; undefined if it goes on. */
function reasonToEnd({
  successor,
  isFirst,
  token,
}: ShownRefreshToken): 'REFRESH_REUSED' | 'IDLE' | undefined {
  if (successor === undefined) return 'REFRESH_REUSED';
  return isFirst && isIdleSince(token.createdAt) ? 'IDLE' : undefined;
}

async function insertSession(tx: Tx, { userId, companyId }: Membership, livesMs: number): Promise<Session> {
  const now = new Date();
  const session = tx.manager.create(Session, {
    id: newId(SESSION_ID_PREFIX),
    userId,
    companyId,
    createdAt: now,
    refreshedAt: now,
    expiresAt: new Date(now.getTime() + livesMs),
    endedAt: null,
    endedReason: null,
    madeBy: BY_PASSWORD,
  });
  await tx.manager.insert(Session, session);
  return session;
}

/**
 * Locks the account and checks that it has not changed since the password check.
 * A concurrent password change or disabling ends all sessions and must find the new one. The lock also runs
 * sign-ins of one account one after the other, so each counts the others.
 */
async function requireUnchanged(tx: Tx, { id, passwordHash }: User): Promise<void> {
  const [row] = await tx.select<{ password_hash: string | null; disabled_at: string | null }>(
    `SELECT password_hash, disabled_at FROM users WHERE id = ? ${dialect.forUpdate}`,
    [id],
  );
  if (row?.password_hash !== passwordHash || row.disabled_at !== null) throw invalidCredentials();
}

/**
 * Whether a session may continue: it has not ended, and its owner is neither disabled nor has left the
 * company.
 */
async function isAlive(tx: Tx, { userId, companyId, endedAt, expiresAt }: Session): Promise<boolean> {
  if (endedAt || expiresAt.getTime() <= Date.now()) return false;
  const user = await tx.manager.findOneBy(User, { id: userId });
  return !!user && !user.disabledAt && (await tx.manager.existsBy(Membership, { userId, companyId }));
}
