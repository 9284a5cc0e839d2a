import type { AuditContext } from '../../audit/audit-context.js';
import { ErrorDefinition } from '../../platform/errors/app-error.js';

const RECENT_MS = 15 * 60 * 1000;

/** Why a credential may not make another that lives so long. */
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

/** Whether nothing bounds what the act makes: at the command line, and for 15 minutes after a sign-in. */
function isUnbound({ credential }: AuditContext): boolean {
  if (!credential) return true;
  const { signedInAt } = credential;
  return !!signedInAt && signedInAt.getTime() > Date.now() - RECENT_MS;
}

/** @throws SIGN_IN_AGAIN unless the act is by a sign-in not older than 15 minutes, or at the command line. */
export function requireRecentSignIn(by: AuditContext): void {
  if (!isUnbound(by)) throw LifetimeErrors.signInAgain.error();
}

/**
 * When a credential expires that is made in an act: as is wanted, but not after the credential that makes it.
 * @param input null: never. Undefined: as late as the maker.
 * @throws OUTLIVES_MAKER or, where a sign-in asks, SIGN_IN_AGAIN.
 */
export function expiryWithin(by: AuditContext, input: Date | null | undefined): Date | null {
  const bound = isUnbound(by) ? null : (by.credential?.expiresAt ?? null);
  if (input === undefined || bound === null) return input ?? bound;
  if (input !== null && input <= bound) return input;
  throw isSignIn(by) ? LifetimeErrors.signInAgain.error() : LifetimeErrors.outlivesMaker.error();
}

/**
 * The same where the caller chooses no expiry, as for an invitation or the successor of a credential: a token shortens
 * what is usual to its own life. A person is asked to sign in again, so that nothing usual ends within the hour.
 * @param usual null: never.
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
