import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { requireRoom } from '../../platform/database/cap.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { dialect } from '../../platform/database/dialect.js';
import { raceOnDuplicate } from '../../platform/database/database-errors.js';
import { toIsoInstant, toIsoInstantOrNull } from '../../platform/database/instant.js';
import { validationError } from '../../platform/errors/common.errors.js';
import { newId } from '../../platform/ids/ids.js';
import { mapPage, type Page, type PageRequest } from '../../platform/paging/page.js';
import { idKey, readPage } from '../../platform/paging/read-page.js';
import { normalizedEmail } from '../../platform/values/email-address.js';
import { requireEmail } from './email.js';
import { Membership } from './membership.entity.js';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { companyNames } from '../companies/company-names.js';
import { Passwords } from '../passwords/passwords.js';
import { ROLES, type Role } from '../../auth/principal/roles.js';
import { User, USER_ID_PREFIX } from './user.entity.js';
import { UserErrors } from './users.errors.js';

export interface NewUser {
  email: string;
  /** Undefined if the person cannot sign in yet. */
  password?: string;
  /** The person's first company, and the default at sign-in. */
  companyId: string;
  roles: readonly Role[];
}

/** A person as other members of the company see them. */
export interface Member {
  id: string;
  email: string;
  verified: boolean;
  roles: Role[];
  disabledAt: string | null;
  /** When the person joined the company. */
  createdAt: string;
}

interface MemberRow {
  id: string;
  email: string;
  verified: number | boolean;
  roles: string;
  disabled_at: string | null;
  created_at: string;
}

const COLUMNS = 'u.id, u.email, u.verified, m.roles, u.disabled_at, m.created_at';
const MEMBERS = `memberships m ${dialect.useIndex('ix_memberships_company')} JOIN users u ON u.id = m.user_id`;

/** Creates and finds people. */
@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Pick<Config, 'MAX_MEMBERSHIPS'>,
  ) {}

  /**
   * Creates a person in a company, on behalf of the operator; no member's roles limit the new roles.
   * @throws CONFLICT if the email address has an account
   * @throws VALIDATION_ERROR for an invalid address or password, or for an empty list of roles
   */
  async create(tx: Tx, { email, password, companyId, roles }: NewUser, by: AuditContext): Promise<User> {
    const address = requireEmail(email);
    const granted = requireRoles(roles);
    if (await tx.manager.existsBy(User, { email: address })) throw UserErrors.emailTaken.error();
    const names = [address, ...(await companyNames(tx, companyId))];
    const passwordHash = password === undefined ? null : await this.passwords.hash(password, { names });
    const user = await this.insert(tx, { email: address, passwordHash, companyId, verified: true });
    await this.join(tx, user.id, companyId, granted);
    const target = { kind: 'user', id: user.id, name: address };
    await this.audit.record(tx, {
      ...by,
      companyId,
      action: 'user.created',
      target,
      details: { roles: granted },
    });
    return user;
  }

  /** Finds a person by email address, ignoring case. */
  findByEmail(email: string): Promise<User | null> {
    return this.database.read((manager) => manager.findOneBy(User, { email: normalizedEmail(email) }));
  }

  findById(id: string): Promise<User | null> {
    return this.database.read((manager) => manager.findOneBy(User, { id }));
  }

  /** Lists the members of a company, including disabled ones, by creation time of their accounts. */
  async list(companyId: string, request: PageRequest): Promise<Page<Member>> {
    const listing = {
      columns: COLUMNS,
      from: MEMBERS,
      where: 'm.company_id = ?',
      values: [companyId],
      keys: [idKey('m.user_id', USER_ID_PREFIX)],
    };
    return mapPage(await readPage<MemberRow>(this.database, listing, request), memberOf);
  }

  /** @throws NOT_FOUND */
  async member(tx: Tx, companyId: string, userId: string): Promise<Member> {
    const [row] = await tx.select<MemberRow>(
      `SELECT ${COLUMNS} FROM ${MEMBERS} WHERE m.company_id = ? AND m.user_id = ?`,
      [companyId, userId],
    );
    if (!row) throw UserErrors.notFound.error();
    return memberOf(row);
  }

  /** Inserts an account without any membership. */
  async insert(
    tx: Tx,
    input: { email: string; passwordHash: string | null; companyId: string; verified: boolean },
  ): Promise<User> {
    const { companyId: defaultCompanyId, ...account } = input;
    const now = new Date();
    const user = tx.manager.create(User, {
      ...account,
      id: newId(USER_ID_PREFIX),
      defaultCompanyId,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    });
    await tx.manager.insert(User, user).catch(raceOnDuplicate);
    return user;
  }

  /**
   * Adds a membership.
   * @throws LIMIT_REACHED if the person has the maximum number of memberships
   */
  async join(tx: Tx, userId: string, companyId: string, roles: Role[]): Promise<void> {
    await requireRoom(tx, {
      limit: this.config.MAX_MEMBERSHIPS,
      lock: { table: 'users', id: userId },
      counted: 'FROM memberships WHERE user_id = ?',
      values: [userId],
      message: 'You have reached the maximum number of companies for one user.',
    });
    const now = new Date();
    const membership = { userId, companyId, roles, createdAt: now, updatedAt: now };
    await tx.manager.insert(Membership, membership).catch(raceOnDuplicate);
  }
}

/**
 * Returns the roles without repetition, in the order of `ROLES`.
 * @throws VALIDATION_ERROR if there is none
 */
export function requireRoles(input: readonly Role[]): Role[] {
  const roles = ROLES.filter((role) => input.includes(role));
  if (roles.length > 0) return roles;
  throw validationError([
    { path: 'roles', message: `roles must contain at least one of ${ROLES.join(', ')}` },
  ]);
}

function memberOf({ id, email, verified, roles, disabled_at, created_at }: MemberRow): Member {
  return {
    id,
    email,
    verified: Boolean(verified),
    roles: JSON.parse(roles) as Role[],
    disabledAt: toIsoInstantOrNull(disabled_at),
    createdAt: toIsoInstant(created_at),
  };
}
