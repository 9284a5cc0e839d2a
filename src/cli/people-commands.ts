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
import { companyId, momentToCome, nonEmpty, passwordFromInput } from './arguments.js';
import { withProduct } from './context.js';
import { say } from './output.js';

interface Json {
  json?: boolean;
}

interface NewUserOptions extends Json {
  company: string;
  roles: Role[];
  passwordStdin: boolean;
}

interface InvitationOptions extends Json {
  company: string;
  roles: Role[];
}

interface NewTokenOptions extends Json {
  user: string;
  name: string;
  expires?: Date;
}

/** Adds the commands for people and their personal tokens. */
export function addPeopleCommands(program: Command): void {
  program
    .command('user:create')
    .description('make someone a member of a company, with a password or without a way to sign in')
    .argument('<email>', 'their address, by which they sign in')
    .requiredOption('--company <id or slug>', 'their first company')
    .requiredOption('--roles <list>', `comma list of: ${ROLES.join(', ')}`, roleList)
    .option('--password-stdin', 'read their password from standard input', false)
    .option('--json', 'print JSON and nothing else')
    .action(createUser);
  program
    .command('user:invite')
    .description(
      'print a link, beside the one that is mailed, by which someone becomes a member: once and within 7 days',
    )
    .argument('<email>', 'their address')
    .requiredOption('--company <id or slug>', 'to which company')
    .requiredOption('--roles <list>', `comma list of: ${ROLES.join(', ')}`, roleList)
    .option('--json', 'print JSON and nothing else')
    .action(inviteUser);
  program
    .command('user:password')
    .description('set the password of someone who lost theirs or has none, and end their sessions and tokens')
    .argument('<email>', 'their address')
    .requiredOption('--password-stdin', 'read the password from standard input')
    .option('--json', 'print JSON and nothing else')
    .action(setPassword);
  program
    .command('user:verify')
    .description(
      'make it known that an address is theirs, and end their sessions, personal and private tokens',
    )
    .argument('<email>', 'their address')
    .option('--json', 'print JSON and nothing else')
    .action(verifyUser);
  program
    .command('user:disable')
    .description('let nothing of someone work any more: sessions, personal and private tokens')
    .argument('<email>', 'their address')
    .option('--json', 'print JSON and nothing else')
    .action(disableUser);
  program
    .command('pat:create')
    .description('issue a personal API access token for /apiops')
    .requiredOption('--user <email>', 'whom it acts for')
    .requiredOption('--name <name>', 'what it is for', nonEmpty)
    .option('--expires <time>', 'when it expires; without it, never', momentToCome)
    .option('--json', 'print JSON and nothing else')
    .action(createPersonalToken);
}

async function createUser(email: string, options: NewUserOptions): Promise<void> {
  const { roles, passwordStdin } = options;
  const password = passwordStdin ? await passwordFromInput() : undefined;
  const user = await withProduct({}, async (app) => {
    const input = { email, roles, companyId: await companyId(app, options.company) };
    const withPassword = { ...input, ...(password !== undefined && { password }) };
    return app.get(Database).transaction((tx) => app.get(UsersService).create(tx, withPassword, BY_OPERATOR));
  });
  const result = { id: user.id, email: user.email, companyId: user.defaultCompanyId, roles };
  say(options, result, `${user.email} (${user.id}) is a member with ${roles.join(', ')}.`);
}

async function inviteUser(address: string, options: InvitationOptions): Promise<void> {
  const invitation = await withProduct({}, async (app) => {
    const company = await companyId(app, options.company);
    const input = { email: address, roles: options.roles, companyId: company, by: BY_OPERATOR };
    const sent = await app.get(Database).transaction((tx) => app.get(InvitationsService).invite(tx, input));
    const { id, email, roles, expiresAt, link } = sent;
    return { id, email, companyId: company, roles, expiresAt, link };
  });
  const { id, expiresAt, link } = invitation;
  const until = `The link is shown this once; it works once, until ${expiresAt.toISOString()}.`;
  say(options, invitation, `Link  ${link}\nId    ${id}\n${until}`);
}

async function setPassword(address: string, options: Json): Promise<void> {
  const password = await passwordFromInput();
  const { id, email } = await withProduct({}, (app) =>
    app.get(PasswordChangeService).reset(address, password, BY_OPERATOR),
  );
  say(options, { id, email }, `${email} (${id}) signs in with the new password.`);
}

async function verifyUser(address: string, options: Json): Promise<void> {
  const { id, email } = await withProduct({}, (app) =>
    app.get(Verification).verifyByEmail(address, BY_OPERATOR),
  );
  say(
    options,
    { id, email, verified: true },
    `${email} (${id}) is verified; what was made before has ended.`,
  );
}

async function disableUser(email: string, options: Json): Promise<void> {
  const member = await withProduct({}, async (app) => {
    const { id: userId } = await userOf(app, email);
    const change = { companyId: await companyOf(app, userId), userId, by: BY_OPERATOR };
    return app.get(Database).transaction((tx) => app.get(MembersService).disable(tx, change));
  });
  const { id, disabledAt } = member;
  say(options, { id, email: member.email, disabledAt }, `${member.email} (${id}) is disabled.`);
}

async function createPersonalToken({
  user: email,
  name,
  expires,
  ...options
}: NewTokenOptions): Promise<void> {
  const { raw, token } = await withProduct({}, async (app) => {
    const { id } = await userOf(app, email);
    const input = { name, expiresAt: expires ?? null };
    return app
      .get(Database)
      .transaction((tx) => app.get(PersonalTokensService).issue(tx, id, input, BY_OPERATOR));
  });
  say(options, { token: raw, ...token }, `Token  ${raw}\nId     ${token.id}\nThe token is shown this once.`);
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
  if (!names.every(isRole)) throw new InvalidArgumentError(`Give some of: ${ROLES.join(', ')}.`);
  return ROLES.filter((role) => names.includes(role));
}
