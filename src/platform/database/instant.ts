/**
 * Instants travel between the product and both engines as text, `YYYY-MM-DD HH:MM:SS.mmm` in UTC: it is what
 * the embedded engine stores, what `DATETIME(3)` reads and writes, and it sorts by time.
 */
export function toSqlInstant(instant: Date): string {
  const iso = instant.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

/** The ISO 8601 form of an instant as raw SQL returned it; a driver may leave out what is zero at its end. */
export function toIsoInstant(text: string): string {
  const time = text.slice(11, 19) || '00:00:00';
  return `${text.slice(0, 10)}T${time}.${text.slice(20, 23).padEnd(3, '0')}Z`;
}

/** The ISO 8601 form, or null for an instant that is not set. */
export function toIsoInstantOrNull(text: string | null): string | null {
  return text === null ? null : toIsoInstant(text);
}
