import type { JwtContent } from '../../auth/principal/jwt-content.js';
import { SessionErrors } from './sessions.errors.js';

/**
 * The session that someone calls from.
 * @throws SIGN_IN_NEEDED for a private token, which belongs to a server and decides nothing about its owner.
 */
export function requireSession({ kind, credentialId }: JwtContent): string {
  if (kind !== 'session') throw SessionErrors.signInNeeded.error();
  return credentialId;
}
