import { NestFactory } from '@nestjs/core';
import { setTimeout as wait } from 'node:timers/promises';
import { AppModule } from '../../../src/app.module.js';
import { type AuditContext, BY_OPERATOR, byUser } from '../../../src/audit/audit-context.js';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import type { Role } from '../../../src/auth/principal/roles.js';
import { CompaniesService } from '../../../src/identity/companies/companies.service.js';
import {
  InvitationsService,
  type SentInvitation,
} from '../../../src/identity/invitations/invitations.service.js';
import { InvitationAcceptance } from '../../../src/identity/invitations/invitation-acceptance.js';
import { Jwts } from '../../../src/identity/jwt/jwt.js';
import { MembersService } from '../../../src/identity/members/members.service.js';
import { KnownAddresses } from '../../../src/identity/sign-in/known-addresses.js';
import { PasswordAuthenticator } from '../../../src/identity/sign-in/password-authenticator.js';
import { PrivateTokensService } from '../../../src/identity/private-tokens/private-tokens.service.js';
import { PasswordChangeService } from '../../../src/identity/sessions/password-change.service.js';
import { SessionVerifier } from '../../../src/identity/sessions/session-verifier.js';
import { IdleSessions } from '../../../src/identity/sessions/idle-sessions.js';
import { SessionsService } from '../../../src/identity/sessions/sessions.service.js';
import { type Member, UsersService } from '../../../src/identity/users/users.service.js';
import { readConfig } from '../../../src/platform/config/config.js';
import { DatabaseConnector } from '../../../src/platform/database/database-connector.js';
import { Database, type Tx } from '../../../src/platform/database/database.js';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { createLogger, NestLogger } from '../../../src/platform/logging/logger.js';
import type { Mail } from '../../../src/platform/mail/mail.js';
import { Mailer } from '../../../src/platform/mail/mailer.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { type DatabaseEnv, migratedDatabase } from '../databases/database.js';
import { givePassword, PASSWORD } from './usual-password.js';

/** Returns a new IP address, so calls do not share a limit unless a test wants it. */
export const nextAddress = (): string => {
  serial += 1;
  return `10.0.${serial >> 8}.${serial & 255}`;
};

let serial = 0;

/** A mailer that keeps its messages. */
export class KeptMail {
  readonly sent: Mail[] = [];

  send(tx: Tx, mail: Mail): Promise<void> {
    tx.afterCommit(() => void this.sent.push(mail));
    return Promise.resolve();
  }

  /** Waits for an invitation to an address, and returns its token. */
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

/** The services for people in one process. */
export type People = Awaited<ReturnType<typeof peopleOn>>;

/** Builds the modules of the product without serving requests. Nothing is cached until `epoch` starts. */
async function peopleOn(env: DatabaseEnv) {
  const config = readConfig({
    NODE_ENV: 'test',
    MIGRATE_ON_START: 'true',
    AUTH_FAILURES_PER_MINUTE: '0',
    ...env,
  });
  const logger = createLogger({ LOG_LEVEL: 'silent' });
  const app = await NestFactory.createApplicationContext(AppModule.with(config, logger, new Metrics()), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const epoch = app.get(RevocationEpoch);
  epoch.beforeApplicationShutdown();
  const mail = new KeptMail();
  app.get(Mailer).send = (tx, message) => mail.send(tx, message);
  await app.get(DatabaseConnector).whenConnected();
  return {
    database: app.get(Database),
    mail,
    epoch,
    companies: app.get(CompaniesService),
    users: app.get(UsersService),
    invitations: app.get(InvitationsService),
    jwts: app.get(Jwts),
    members: app.get(MembersService),
    joining: app.get(InvitationAcceptance),
    signIns: app.get(PasswordAuthenticator),
    knownAddresses: app.get(KnownAddresses),
    sessions: app.get(SessionsService),
    idleSessions: app.get(IdleSessions),
    passwordChange: app.get(PasswordChangeService),
    privateTokens: app.get(PrivateTokensService),
    verifier: app.get(SessionVerifier),
    close: () => app.close(),
  };
}

export interface Person {
  id: string;
  email: string;
  companyId: string;
}

/** Returns the audit context of a person, with an address for tests. */
export function auditContextOf({ id, email }: Pick<Person, 'id' | 'email'>): AuditContext {
  return { ...byUser({ id, email }), address: '192.0.2.1', requestId: null };
}

/** Creates an empty company. */
export async function givenCompany({ database, companies }: People): Promise<string> {
  const name = `Company of people ${(serial += 1)}`;
  return (await database.transaction((tx) => companies.create(tx, name))).id;
}

/** Creates a person in a company, a new one by default. The person signs in with `PASSWORD`. */
export async function givenPerson(
  people: People,
  { roles = ['ROLE_ADMIN'], companyId }: { roles?: Role[]; companyId?: string } = {},
): Promise<Person> {
  const company = companyId ?? (await givenCompany(people));
  const email = `person-${(serial += 1)}@acme.example`;
  const id = await people.database.transaction(async (tx: Tx) => {
    const user = await people.users.create(tx, { email, companyId: company, roles }, BY_OPERATOR);
    await givePassword(tx, user.id);
    return user.id;
  });
  return { id, email, companyId: company };
}

/** Returns the code of a refusal, or the value if there was none. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError) return error.kind.code;
    throw error;
  }
}

/** The services for people in two processes on one database. */
export interface TwoProcesses {
  people: People;
  elsewhere: People;
  close(): Promise<void>;
}

export async function openPeople(): Promise<TwoProcesses> {
  const env = await migratedDatabase();
  const people = await peopleOn(env);
  const elsewhere = await peopleOn(env);
  const close = async (): Promise<void> => {
    await people.close();
    await elsewhere.close();
  };
  return { people, elsewhere, close };
}

/** Invites someone to the company of a member. */
export const invite = (
  { database, invitations }: People,
  email: string,
  by: Person,
  roles: Role[],
): Promise<SentInvitation> =>
  database.transaction((tx) =>
    invitations.invite(tx, { companyId: by.companyId, email, roles, by: auditContextOf(by) }),
  );

/** Accepts an invitation from a new IP address. */
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
    members.setRoles(tx, { companyId: one.companyId, userId: one.id, by: auditContextOf(by) }, roles),
  );

/** Returns an email address that nobody has. */
export const newAddress = (): string => `invited-${(serial += 1)}@acme.example`;
