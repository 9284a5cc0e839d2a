import { BY_OPERATOR } from '../../../src/audit/audit-context.js';
import { CompaniesService } from '../../../src/identity/companies/companies.service.js';
import type { Role } from '../../../src/auth/principal/roles.js';
import { UsersService } from '../../../src/identity/users/users.service.js';
import type { TestApp } from '../app/app.js';
import { type Answer, Client } from '../http/client.js';
import { givePassword, PASSWORD } from './usual-password.js';

export interface Account {
  id: string;
  email: string;
  companyId: string;
}

let serial = 0;

/** Creates a person in a company, a new one by default. The person signs in with `PASSWORD`. */
export function givenAccount(
  { nest, database }: TestApp,
  { roles = ['ROLE_ADMIN'], companyId }: { roles?: Role[]; companyId?: string } = {},
): Promise<Account> {
  const number = (serial += 1);
  const email = `account-${number}@acme.example`;
  return database.transaction(async (tx) => {
    const company =
      companyId ?? (await nest.get(CompaniesService).create(tx, `Company of account ${number}`)).id;
    const { id } = await nest.get(UsersService).create(tx, { email, companyId: company, roles }, BY_OPERATOR);
    await givePassword(tx, id);
    return { id, email, companyId: company };
  });
}

/**
 * Signs in.
 * @param from IP address of the caller, as a proxy forwards it
 */
export function signIn(
  { url }: TestApp,
  username: string,
  password = PASSWORD,
  from?: string,
): Promise<Answer> {
  const headers: Record<string, string> = from === undefined ? {} : { 'x-forwarded-for': from };
  return new Client(url).post('/api/v1/auth/login/', { username, password }, headers);
}

/** Returns a client with the access token of a new session. */
export async function signedIn(
  app: TestApp,
  { email }: Account,
): Promise<{ client: Client; body: Answer['body'] }> {
  const { body } = await signIn(app, email);
  return { client: new Client(app.url, body.access_token as string), body };
}
