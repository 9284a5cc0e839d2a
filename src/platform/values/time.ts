export const HOUR_MS = 60 * 60 * 1000;
export const DAY_SECONDS = 24 * 60 * 60;
export const DAY_MS = DAY_SECONDS * 1000;

/** Whether a `YYYY-MM-DD` date exists in the calendar; `2026-02-30` does not. */
export function isRealDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}
