import type { AuditContext } from '../../audit/audit-context.js';
import { ErrorDefinition } from '../../platform/errors/app-error.js';

const RECENT_MS = 15 * 60 * 1000;

/** Errors for a new credential that would live too long. */
export const LifetimeErrors = {
  outlivesMaker: new ErrorDefinition(
    'OUTLIVES_MAKER',
    403,
    'A credential cannot create one that expires later than itself. Choose an earlier expiry, or sign in and repeat the call within 15 minutes.',
  ),
  signInAgain: new ErrorDefinition(
    'SIGN_IN_AGAIN',
    403,
    'Your sign-in is more than 15 minutes old. Sign in again and repeat the call.',
  ),
};

/**
 * Whether the new credential's lifetime has no upper bound: at the command line, and for 15 minutes after a
 * sign-in.
 */
function isUnbound({ credential }: AuditContext): boolean {
  if (!credential) return true;
  const { signedInAt } = credential;
  return !!signedInAt && signedInAt.getTime() > Date.now() - RECENT_MS;
}

/**
 * @throws SIGN_IN_AGAIN unless the actor signed in within the last 15 minutes or works at the command line
 */
export function requireRecentSignIn(by: AuditContext): void {
  if (!isUnbound(by)) throw LifetimeErrors.signInAgain.error();
}

/**
 * Returns the expiry of a new credential. It is never later than the expiry of the credential that creates
 * it.
 * @param input the requested expiry; null means never, undefined means the latest one allowed
 * @throws OUTLIVES_MAKER if a token asks for a later expiry
 * @throws SIGN_IN_AGAIN if an older sign-in asks for a later expiry
 */
export function expiryWithin(by: AuditContext, input: Date | null | undefined): Date | null {
  const bound = isUnbound(by) ? null : (by.credential?.expiresAt ?? null);
  if (input === undefined || bound === null) return input ?? bound;
  if (input !== null && input <= bound) return input;
  throw isSignIn(by) ? LifetimeErrors.signInAgain.error() : LifetimeErrors.outlivesMaker.error();
}

/**
 * Returns the expiry where the caller cannot choose one, as for an invitation or a rotated token.
 * A token shortens the usual expiry to its own. An older sign-in must sign in again; otherwise the new
 * credential would expire within the hour.
 * @param usual the usual expiry; null means never
 * @throws SIGN_IN_AGAIN
 */
export function shortenedExpiry<Usual extends Date | null>(by: AuditContext, usual: Usual): Usual | Date {
  if (isSignIn(by)) expiryWithin(by, usual);
  const bound = isUnbound(by) ? null : (by.credential?.expiresAt ?? null);
  return bound !== null && (usual === null || usual > bound) ? bound : usual;
}

function isSignIn({ credential }: AuditContext): boolean {
  return credential?.signedInAt !== undefined;
}
