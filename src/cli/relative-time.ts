import { DAY_MS, HOUR_MS } from '../platform/values/time.js';

const MINUTE_MS = 60_000;
const WORDS = new Intl.RelativeTimeFormat('en');
const UNITS = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
] as const;

/** Returns the distance of a time from now, such as "3 minutes ago" or "in 12 days". */
export function relativeTime(time: Date): string {
  const distance = time.getTime() - Date.now();
  for (const [unit, length] of UNITS)
    if (Math.abs(distance) >= length) return WORDS.format(Math.trunc(distance / length), unit);
  return distance > 0 ? 'in less than a minute' : 'less than a minute ago';
}

/** Returns the distance of a time from now; null becomes "never". */
export function relativeOrNever(time: Date | null): string {
  return time ? relativeTime(time) : 'never';
}
