import { AuthErrors } from '../../auth/principal/auth.errors.js';
import { unavailable } from '../../platform/errors/common.errors.js';
import { type FairShare, ShareExceeded } from '../../platform/fairness/fair-share.js';

/** Seconds until a refused caller may retry. The waiting work is done by then. */
const RETRY_AFTER = '3';

/**
 * Runs work when its party's turn has come.
 * @throws RATE_LIMIT_EXCEEDED with `Retry-After` if too many requests of the party wait
 * @throws SERVICE_UNAVAILABLE with `Retry-After` if too many requests wait in total
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
        'Too many sign-ins at the same time from this IP address. Wait the number of seconds in the Retry-After header, then retry.',
      cause: error,
      headers: { 'Retry-After': RETRY_AFTER },
    });
  }
}
