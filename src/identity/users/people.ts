import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import type { MemberOf } from '../../auth/principal/principal.js';
import type { Role } from '../../auth/principal/roles.js';

/** A person with their companies and current roles, as the guard needs them. */
export interface KnownPerson {
  user: { id: string; email: string };
  companyId: string;
  disabled: boolean;
  memberships: MemberOf[];
}

interface PersonRow {
  email: string;
  default_company_id: string;
  disabled_at: string | null;
  company_id: string | null;
  slug: string;
  name: string;
  roles: string;
}

const PERSON = `
  SELECT u.email, u.default_company_id, u.disabled_at, c.id AS company_id, c.slug, c.name, m.roles
  FROM users u
  LEFT JOIN memberships m ON m.user_id = u.id
  LEFT JOIN companies c ON c.id = m.company_id
  WHERE u.id = ? ORDER BY c.id`;

/** Reads people for the verifiers of credentials. The verifiers cache the result. */
@Injectable()
export class People {
  constructor(private readonly database: Database) {}

  /** @param sql the open transaction, if any */
  async find(id: string, sql: Sql = this.database): Promise<KnownPerson | undefined> {
    const rows = await sql.select<PersonRow>(PERSON, [id]);
    const [first] = rows;
    if (!first) return undefined;
    return {
      user: { id, email: first.email },
      companyId: first.default_company_id,
      disabled: first.disabled_at !== null,
      memberships: rows.filter((row) => row.company_id !== null).map(memberOf),
    };
  }
}

function memberOf({ company_id: id, slug, name, roles }: PersonRow): MemberOf {
  return { company: { id: id as string, slug, name }, roles: JSON.parse(roles) as Role[] };
}
