/**
 * Checks whether both engines store a text unchanged. U+0000 ends a string in one engine, and half of a
 * surrogate pair is not valid text.
 * @returns the end of a message that begins with the field's name; undefined if the text is valid
 */
export function inexactness(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain the NUL character (U+0000)';
  if (!text.isWellFormed()) return 'must be valid Unicode (it contains half of a surrogate pair)';
  return undefined;
}
