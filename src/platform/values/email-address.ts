/** The form in which addresses are stored and compared; two that differ in case only are one person's. */
export function normalizedEmail(text: string): string {
  return text.trim().toLowerCase();
}
