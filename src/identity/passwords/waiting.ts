import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { unavailable } from '../../platform/errors/common.errors.js';
import { type FairShare, ShareExceeded } from '../../platform/fairness/fair-share.js';

/** When whoever is turned away may come back, in seconds: what waits is done by then. */
const RETRY_AFTER = '3';

/**
 * Does some work when its party's turn has come.
 * @throws RATE_LIMIT_EXCEEDED where too many of the party wait already, SERVICE_UNAVAILABLE where too many wait in all;
 *   both with `Retry-After`.
 */
export async function inTurn<Result>(
  share: FairShare,
  party: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await share.run(party, work);
  } catch (error) {
    if (!(error instanceof ShareExceeded)) throw error;
    if (error.of === 'all') throw unavailable(error);
    throw AuthErrors.rateLimitExceeded.error({
      message:
        'Too many sign-ins at the same time from this IP address. Retry after the time in Retry-After.',
      cause: error,
      headers: { 'Retry-After': RETRY_AFTER },
    });
  }
}
