/** The value of one sort key in a cursor. */
export type CursorPart = string | number;

/** The form of an instant in the database: `YYYY-MM-DD HH:MM:SS` with at most three decimals. */
export const SQL_INSTANT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/;

/** Encodes a cursor. Callers must not read its content, so the content may change. */
export function encodeCursorParts(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Decodes a cursor; returns an empty list if the text is not a cursor. The caller validates each part. */
export function decodeCursorParts(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
