import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Act, BY_OPERATOR, byUser } from '../../../src/audit/act.js';
import { AccessEpoch } from '../../../src/auth/credentials/access-epoch.js';
import { CompaniesService } from '../../../src/identity/companies/companies.service.js';
import { FailureThrottle } from '../../../src/auth/rate-limits/failure-throttle.js';
import { SignInThrottle } from '../../../src/identity/sign-in/sign-in-throttle.js';
import { Jwts } from '../../../src/identity/jwt/jwt.js';
import { JwtKeys } from '../../../src/identity/jwt/jwt-keys.js';
import { PasswordChangeService } from '../../../src/identity/sessions/password-change.service.js';
import { PrivateTokensService } from '../../../src/identity/private-tokens/private-tokens.service.js';
import { SessionVerifier } from '../../../src/identity/sessions/session-verifier.js';
import { SessionsService } from '../../../src/identity/sessions/sessions.service.js';
import {
  InvitationsService,
  type SentInvitation,
} from '../../../src/identity/invitations/invitations.service.js';
import { JoiningService } from '../../../src/identity/invitations/joining.service.js';
import { MembersService } from '../../../src/identity/members/members.service.js';
import { Passwords } from '../../../src/identity/passwords/passwords.js';
import type { Role } from '../../../src/auth/principal/roles.js';
import { SignInFailures } from '../../../src/identity/sign-in/sign-in-failures.js';
import { SignInCheck } from '../../../src/identity/sign-in/sign-in-check.js';
import { type Member, UsersService } from '../../../src/identity/users/users.service.js';
import { readConfig } from '../../../src/platform/config/config.js';
import type { Tx } from '../../../src/platform/database/database.js';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import type { Mail, Mailer } from '../../../src/platform/mail/mailer.js';
import { RedisConnection } from '../../../src/platform/redis/redis-connection.js';
import { auditOn } from '../app/audit.js';
import { type OpenDatabase, openDatabase } from '../databases/open-database.js';

export const PASSWORD = 'correct horse battery';
/** Each call counts as coming from an address of its own, unless a test says otherwise. */
export const nextAddress = (): string => `192.0.2.${(serial += 1)}`;

let serial = 0;

/** A mailer that keeps what it is given. */
export class KeptMail implements Mailer {
  readonly sent: Mail[] = [];

  send(mail: Mail): Promise<void> {
    this.sent.push(mail);
    return Promise.resolve();
  }

  /** The token of the last invitation to an address, once it has been sent. */
  async tokenFor(to: string): Promise<string> {
    for (let tries = 0; tries < 200; tries += 1) {
      const text = this.sent.findLast((mail) => mail.to === to)?.text ?? '';
      const [token] = /eudr_inv_[0-9a-f]{48}/.exec(text) ?? [];
      if (token !== undefined) return token;
      await wait(10);
    }
    throw new Error(`no invitation was sent to ${to}`);
  }
}

/** What one process has of people: the services, put together by hand. */
export type People = ReturnType<typeof peopleOn>;

/** @param more variables beside the database's. */
export function peopleOn({ env, database }: OpenDatabase, more: Record<string, string> = {}) {
  const config = readConfig({ NODE_ENV: 'test', AUTH_FAILURES_PER_MINUTE: '0', ...env, ...more });
  const logger = createLogger({ LOG_LEVEL: 'silent' });
  const redis = new RedisConnection(config, logger);
  const mail = new KeptMail();
  const epoch = new AccessEpoch(database, logger);
  const passwords = new Passwords();
  const { log: audit } = auditOn(database, randomBytes(32));
  const users = new UsersService(database, passwords, audit);
  const throttle = new SignInThrottle(redis);
  const failures = new SignInFailures(database, audit, logger);
  const perAddress = new FailureThrottle(config, logger, redis);
  const signIns = new SignInCheck(database, users, passwords, throttle, perAddress, failures);
  const invitations = new InvitationsService(database, mail, config, logger, audit);
  const jwts = new Jwts(new JwtKeys(config), config);
  return {
    database,
    mail,
    epoch,
    passwords,
    users,
    signIns,
    invitations,
    jwts,
    members: new MembersService(users, epoch, audit),
    joining: new JoiningService(database, users, invitations, passwords, signIns, audit),
    sessions: new SessionsService(database, signIns, jwts, epoch, audit),
    passwordChange: new PasswordChangeService(database, users, signIns, passwords, epoch, audit),
    privateTokens: new PrivateTokensService(database, jwts, epoch, audit),
    verifier: new SessionVerifier(database, epoch, jwts),
  };
}

export interface Person {
  id: string;
  email: string;
  companyId: string;
}

/** What someone does, from an address of the tests. */
export function actOf({ id, email }: Pick<Person, 'id' | 'email'>): Act {
  return { ...byUser({ id, email }), address: '192.0.2.1', requestId: null };
}

/** A company without anyone in it. */
export async function givenCompany({ database }: People): Promise<string> {
  const name = `Company of people ${(serial += 1)}`;
  return (await database.transaction((tx) => new CompaniesService().create(tx, name))).id;
}

/** Someone in a company, a new one unless given, who signs in with `PASSWORD`. */
export async function givenPerson(
  people: People,
  { roles = ['ROLE_ADMIN'], companyId }: { roles?: Role[]; companyId?: string } = {},
): Promise<Person> {
  const company = companyId ?? (await givenCompany(people));
  const email = `person-${(serial += 1)}@acme.example`;
  const wanted = { email, password: PASSWORD, companyId: company, roles };
  const user = await people.database.transaction((tx: Tx) => people.users.create(tx, wanted, BY_OPERATOR));
  return { id: user.id, email, companyId: company };
}

/** The code that something is refused with; a value for what is not refused. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError) return error.kind.code;
    throw error;
  }
}

/** What two processes on one database have of people. */
export interface TwoProcesses {
  people: People;
  elsewhere: People;
  close(): Promise<void>;
}

export async function openPeople(): Promise<TwoProcesses> {
  const open = await openDatabase();
  const other = await openDatabase(open.env);
  const close = async (): Promise<void> => {
    await open.close();
    await other.close();
  };
  return { people: peopleOn(open), elsewhere: peopleOn(other), close };
}

/** Invites someone to the company of a member, who asks for it. */
export const invite = (
  { database, invitations }: People,
  email: string,
  by: Person,
  roles: Role[],
): Promise<SentInvitation> =>
  database.transaction((tx) =>
    invitations.invite(tx, { companyId: by.companyId, email, roles, by: actOf(by) }),
  );

/** Accepts an invitation, from an address of its own. */
export const accept = ({ joining }: People, token: string, password = PASSWORD): Promise<unknown> =>
  joining.accept({ token, password, address: nextAddress() });

/** Sets the roles of a member. */
export const setRoles = (
  { database, members }: People,
  one: Person,
  by: Person,
  roles: Role[],
): Promise<Member> =>
  database.transaction((tx) =>
    members.setRoles(tx, { companyId: one.companyId, userId: one.id, by: actOf(by) }, roles),
  );

/** An address that nobody has. */
export const newAddress = (): string => `invited-${(serial += 1)}@acme.example`;
