/** For how many seconds a rotated secret works beside its successor, unless the caller says otherwise. */
export const DEFAULT_GRACE_SECONDS = 24 * 60 * 60;

/** The longest grace that a caller may ask for, in seconds. */
export const MAX_GRACE_SECONDS = 7 * 24 * 60 * 60;
