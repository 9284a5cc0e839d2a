import { Verification } from '../identity/invitations/verification.js';
import type { INestApplicationContext } from '@nestjs/common';
import { type Command, InvalidArgumentError } from 'commander';
import { BY_OPERATOR } from '../audit/audit-context.js';
import { PersonalTokensService } from '../credentials/personal-tokens/personal-tokens.service.js';
import { PasswordChangeService } from '../identity/sessions/password-change.service.js';
import { InvitationsService } from '../identity/invitations/invitations.service.js';
import { MembersService } from '../identity/members/members.service.js';
import { Membership } from '../identity/users/membership.entity.js';
import { isRole, type Role, ROLES } from '../auth/principal/roles.js';
import type { User } from '../identity/users/user.entity.js';
import { UsersService } from '../identity/users/users.service.js';
import { Database } from '../platform/database/database.js';
import { companyId, parseFutureTime, nonEmpty, passwordFromInput } from './arguments.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { allRows, print, printTable } from './output.js';

interface NewUserOptions extends JsonOptions {
  company: string;
  roles: Role[];
  passwordStdin?: boolean;
}

interface InvitationOptions extends JsonOptions {
  company: string;
  roles: Role[];
}

interface NewTokenOptions extends JsonOptions {
  user: string;
  name: string;
  expires?: Date;
}

/** Adds the commands for people and their personal tokens. */
export function addPeopleCommands(program: Command): void {
  declare(program, 'People', 'user:list', '--company acme')
    .description('list the users of a company')
    .requiredOption('--company <id or slug>', 'the company')
    .addOption(jsonOption())
    .action(listUsers);
  declare(program, 'People', 'user:create', 'ada@acme.example --company acme --roles ROLE_VIEWER')
    .description('create a user in a company (without --password-stdin they cannot sign in yet)')
    .argument('<email>', 'their address, by which they sign in')
    .requiredOption('--company <id or slug>', 'their first company')
    .requiredOption('--roles <list>', `comma list of: ${ROLES.join(', ')}`, roleList)
    .option('--password-stdin', 'read their password from standard input')
    .addOption(jsonOption())
    .action(createUser);
  declare(program, 'People', 'user:invite', 'ada@acme.example --company acme --roles ROLE_VIEWER')
    .description('invite a user: email and print a single-use link, valid for 7 days')
    .argument('<email>', 'their address')
    .requiredOption('--company <id or slug>', 'to which company')
    .requiredOption('--roles <list>', `comma list of: ${ROLES.join(', ')}`, roleList)
    .addOption(jsonOption())
    .action(inviteUser);
  declare(program, 'People', 'user:password', 'ada@acme.example --password-stdin < password.txt')
    .description('set the password of a user, and end their sessions and tokens')
    .argument('<email>', 'their address')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .addOption(jsonOption())
    .action(setPassword);
  declare(program, 'People', 'user:verify', 'ada@acme.example')
    .description('mark the email address of a user as verified, and end their sessions and tokens')
    .argument('<email>', 'their address')
    .addOption(jsonOption())
    .action(verifyUser);
  declare(program, 'People', 'user:disable', 'ada@acme.example')
    .description('disable a user: end all sessions and reject all their tokens')
    .argument('<email>', 'their address')
    .addOption(jsonOption())
    .action(disableUser);
  declare(
    program,
    'Credentials',
    'pat:create',
    '--user ada@acme.example --name "rotation script" --expires 2027-06-30',
  )
    .description('issue a personal API access token for /apiops')
    .requiredOption('--user <email>', 'whom it acts for')
    .requiredOption('--name <name>', 'what it is for', nonEmpty)
    .option('--expires <time>', 'when it expires; without it, never', parseFutureTime)
    .addOption(jsonOption())
    .action(createPersonalToken);
}

async function listUsers({ company, ...options }: JsonOptions & { company: string }): Promise<void> {
  const members = await withApp({}, async (app) => {
    const id = await companyId(app, company);
    return allRows((request) => app.get(UsersService).list(id, request));
  });
  const lines = members.map(({ id, email, verified, roles, disabledAt, createdAt }) => ({
    id,
    email,
    roles: roles.join(','),
    verified: verified ? 'yes' : 'no',
    state: disabledAt === null ? 'active' : 'disabled',
    since: createdAt,
  }));
  printTable(options, members, lines);
}

async function createUser(email: string, options: NewUserOptions): Promise<void> {
  const { roles, passwordStdin } = options;
  const password = passwordStdin ? await passwordFromInput() : undefined;
  const user = await withApp({}, async (app) => {
    const input = { email, roles, companyId: await companyId(app, options.company) };
    const withPassword = { ...input, ...(password !== undefined && { password }) };
    return app.get(Database).transaction((tx) => app.get(UsersService).create(tx, withPassword, BY_OPERATOR));
  });
  const result = { id: user.id, email: user.email, companyId: user.defaultCompanyId, roles };
  print(options, result, `${user.email} (${user.id}) is a member with ${roles.join(', ')}.`);
}

async function inviteUser(address: string, options: InvitationOptions): Promise<void> {
  const invitation = await withApp({}, async (app) => {
    const company = await companyId(app, options.company);
    const input = { email: address, roles: options.roles, companyId: company, by: BY_OPERATOR };
    const sent = await app.get(Database).transaction((tx) => app.get(InvitationsService).invite(tx, input));
    const { id, email, roles, expiresAt, link } = sent;
    return { id, email, companyId: company, roles, expiresAt, link };
  });
  const { id, expiresAt, link } = invitation;
  const until = `The link is shown this once; it works once, until ${expiresAt.toISOString()}.`;
  print(options, invitation, `Link  ${link}\nId    ${id}\n${until}`);
}

async function setPassword(address: string, options: JsonOptions): Promise<void> {
  const password = await passwordFromInput();
  const { id, email } = await withApp({}, (app) =>
    app.get(PasswordChangeService).reset(address, password, BY_OPERATOR),
  );
  print(options, { id, email }, `${email} (${id}) signs in with the new password.`);
}

async function verifyUser(address: string, options: JsonOptions): Promise<void> {
  const { id, email } = await withApp({}, (app) => app.get(Verification).verifyByEmail(address, BY_OPERATOR));
  print(
    options,
    { id, email, verified: true },
    `${email} (${id}) is verified; what was made before has ended.`,
  );
}

async function disableUser(email: string, options: JsonOptions): Promise<void> {
  const member = await withApp({}, async (app) => {
    const { id: userId } = await userOf(app, email);
    const change = { companyId: await companyOf(app, userId), userId, by: BY_OPERATOR };
    return app.get(Database).transaction((tx) => app.get(MembersService).disable(tx, change));
  });
  const { id, disabledAt } = member;
  print(options, { id, email: member.email, disabledAt }, `${member.email} (${id}) is disabled.`);
}

async function createPersonalToken({
  user: email,
  name,
  expires,
  ...options
}: NewTokenOptions): Promise<void> {
  const { raw, token } = await withApp({}, async (app) => {
    const { id } = await userOf(app, email);
    const input = { name, expiresAt: expires ?? null };
    return app
      .get(Database)
      .transaction((tx) => app.get(PersonalTokensService).issue(tx, id, input, BY_OPERATOR));
  });
  print(
    options,
    { token: raw, ...token },
    `Token  ${raw}\nId     ${token.id}\nThe token is shown this once.`,
  );
}

async function userOf(app: INestApplicationContext, email: string): Promise<User> {
  const user = await app.get(UsersService).findByEmail(email);
  if (!user) throw new Error(`There is no user ${email}.`);
  return user;
}

/** Returns one of the person's companies. The person may have left the first one. */
async function companyOf(app: INestApplicationContext, userId: string): Promise<string> {
  const membership = await app.get(Database).read((manager) => manager.findOneBy(Membership, { userId }));
  if (!membership)
    throw new Error('This person belongs to no company, so that nothing of theirs works in any.');
  return membership.companyId;
}

function roleList(list: string): Role[] {
  const names = list.split(',').map((name) => name.trim());
  if (!names.every(isRole)) throw new InvalidArgumentError(`Must be some of: ${ROLES.join(', ')}.`);
  return ROLES.filter((role) => names.includes(role));
}
