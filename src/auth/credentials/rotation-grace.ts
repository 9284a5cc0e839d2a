import { DAY_SECONDS } from '../../platform/values/time.js';

/** Default grace period in seconds: how long the old secret still works after a rotation. */
export const DEFAULT_GRACE_SECONDS = DAY_SECONDS;

/** The longest grace period in seconds that a caller may ask for. */
export const MAX_GRACE_SECONDS = 7 * DAY_SECONDS;
