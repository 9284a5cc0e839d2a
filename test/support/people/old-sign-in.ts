import { decodeJwt } from 'jose';
import { Jwts } from '../../../src/identity/jwt/jwt.js';
import type { TestApp } from '../app/app.js';
import { Client } from '../http/client.js';
import { type Account, signedIn } from './accounts.js';

const MINUTE_MS = 60_000;

/** Returns a client of a person who signed in 16 minutes ago, and the token's expiry. */
export async function signedInBefore(
  app: TestApp,
  account: Account,
): Promise<{ client: Client; sessionId: string; expiresAt: Date }> {
  const { body } = await signedIn(app, account);
  const { sid } = decodeJwt(body.access_token as string);
  const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 44 * MINUTE_MS);
  const jwt = await app.nest.get(Jwts).issue({
    kind: 'session',
    credentialId: sid as string,
    userId: account.id,
    companyId: account.companyId,
    expiresAt,
    signedInAt: new Date(Date.now() - 16 * MINUTE_MS),
  });
  return { client: new Client(app.url, jwt), sessionId: sid as string, expiresAt };
}
