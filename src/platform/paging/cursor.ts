/** A part of a cursor: what the rows of a list are ordered by. */
export type CursorPart = string | number;

/** Whether a text is an instant as the database has it, `YYYY-MM-DD HH:MM:SS` with at most three decimals. */
export const SQL_INSTANT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/;

/** Where a list goes on. Opaque to callers, so that its inside may change. */
export function encodeCursorParts(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The inside of a cursor, of whatever form; empty for text that is none. Whoever uses it checks the form of each part. */
export function decodeCursorParts(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
