/**
 * Returns the form of an email address that is stored and compared. Addresses that differ only in case belong
 * to one person.
 */
export function normalizedEmail(text: string): string {
  return text.trim().toLowerCase();
}
