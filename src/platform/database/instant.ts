/**
 * Formats an instant for SQL: `YYYY-MM-DD HH:MM:SS.mmm` in UTC.
 * The embedded engine stores this text, `DATETIME(3)` reads and writes it, and it sorts by time.
 */
export function toSqlInstant(instant: Date): string {
  const iso = instant.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

/** Converts an instant from raw SQL to ISO 8601. The driver may leave out zeros at the end. */
export function toIsoInstant(text: string): string {
  const time = text.slice(11, 19) || '00:00:00';
  return `${text.slice(0, 10)}T${time}.${text.slice(20, 23).padEnd(3, '0')}Z`;
}

/** Converts an instant from raw SQL to ISO 8601; null stays null. */
export function toIsoInstantOrNull(text: string | null): string | null {
  return text === null ? null : toIsoInstant(text);
}
