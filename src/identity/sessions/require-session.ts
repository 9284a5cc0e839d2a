import type { JwtContent } from '../../auth/principal/jwt-content.js';
import { SessionErrors } from './sessions.errors.js';

/**
 * Returns the session id of the caller.
 * @throws SIGN_IN_NEEDED for a private token, which belongs to a server and may not act for its owner
 */
export function requireSession({ kind, credentialId }: JwtContent): string {
  if (kind !== 'session') throw SessionErrors.signInNeeded.error();
  return credentialId;
}
