import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { RevocationEpoch } from '../../../src/auth/credentials/revocation-epoch.js';
import { PersonalTokensService } from '../../../src/credentials/personal-tokens/personal-tokens.service.js';
import { Membership } from '../../../src/identity/users/membership.entity.js';
import type { Role } from '../../../src/auth/principal/roles.js';
import { User } from '../../../src/identity/users/user.entity.js';
import { newId } from '../../../src/platform/ids/ids.js';
import type { TestApp } from '../app/app.js';
import { Client } from '../http/client.js';
import { type Erp, givenErp } from '../app/factories.js';

/** A member of a company with a personal token, and a client with it. */
export interface Person {
  userId: string;
  email: string;
  companyId: string;
  /** Slug of the company. */
  slug: string;
  tokenId: string;
  token: string;
  client: Client;
  /** An integration of the company with a token. */
  erp: Erp;
}

export interface PersonOptions {
  /** Default: administrator. */
  roles?: readonly Role[];
  /** An ERP of the person's company; default: a new company. */
  erp?: Erp;
  expiresAt?: Date | null;
}

let serial = 0;

/** Creates a person with a personal token. */
export async function givenPerson(app: TestApp, options: PersonOptions = {}): Promise<Person> {
  const erp = options.erp ?? (await givenErp(app));
  const userId = newId('usr');
  const email = `person-${(serial += 1)}@example.com`;
  const { companyId, slug } = erp;
  const expiresAt = options.expiresAt ?? null;
  const { raw, token } = await app.database.transaction(async (tx) => {
    const now = new Date();
    await tx.manager.insert(User, {
      id: userId,
      email,
      passwordHash: 'nobody signs in with it',
      defaultCompanyId: companyId,
      verified: true,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
    });
    const roles = [...(options.roles ?? (['ROLE_ADMIN'] as const))];
    await tx.manager.insert(Membership, { userId, companyId, roles, createdAt: now, updatedAt: now });
    const input = { name: 'test', expiresAt };
    return app.nest.get(PersonalTokensService).issue(tx, userId, input, BY_OPERATOR);
  });
  const client = new Client(app.url, raw);
  return { userId, email, companyId, slug, tokenId: token.id, token: raw, client, erp };
}

/** Changes a person's roles as an administrator does. */
export async function changeRoles(app: TestApp, person: Person, roles: Role[]): Promise<void> {
  const { userId, companyId } = person;
  await app.database.transaction(async (tx) => {
    await tx.manager.update(Membership, { userId, companyId }, { roles });
    await app.nest.get(RevocationEpoch).bump(tx);
  });
}

/** Changes a person's row. */
export async function changePerson(app: TestApp, id: string, change: Partial<User>): Promise<void> {
  await app.database.transaction(async (tx) => {
    await tx.manager.update(User, { id }, change);
    await app.nest.get(RevocationEpoch).bump(tx);
  });
}
