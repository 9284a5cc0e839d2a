import { DAY_SECONDS } from '../../platform/values/time.js';

/** For how many seconds a rotated secret works beside its successor, unless the caller says otherwise. */
export const DEFAULT_GRACE_SECONDS = DAY_SECONDS;

/** The longest grace that a caller may ask for, in seconds. */
export const MAX_GRACE_SECONDS = 7 * DAY_SECONDS;
