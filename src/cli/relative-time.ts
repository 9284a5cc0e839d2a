import { DAY_MS, HOUR_MS } from '../platform/values/time.js';

const MINUTE_MS = 60_000;
const WORDS = new Intl.RelativeTimeFormat('en');
const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const;

/** How far a time is from now: "3 minutes ago", "in 12 days". */
export function relativeTime(time: Date): string {
  const distance = time.getTime() - Date.now();
  for (const [unit, length] of UNITS)
    if (Math.abs(distance) >= length) return WORDS.format(Math.trunc(distance / length), unit);
  return distance > 0 ? 'in less than a minute' : 'less than a minute ago';
}

/** The same of a time that may not be there. */
export function relativeOrNever(time: Date | null): string {
  return time ? relativeTime(time) : 'never';
}
