/**
 * Instants travel between the product and both engines as text, `YYYY-MM-DD HH:MM:SS.mmm` in UTC: it is what
 * the embedded engine stores, what `DATETIME(3)` reads and writes, and it sorts by time.
 */
export function toSqlInstant(instant: Date): string {
  const iso = instant.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

/** The ISO 8601 form of an instant as raw SQL returned it. */
export function toIsoInstant(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`;
}

/** The ISO 8601 form, or null for an instant that is not set. */
export function toIsoInstantOrNull(text: string | null): string | null {
  return text === null ? null : toIsoInstant(text);
}
