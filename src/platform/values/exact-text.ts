/**
 * Why a text would not be kept exactly: U+0000 ends a string for one of the engines, and half a surrogate pair is not
 * text at all.
 * @returns what goes on where the field's name leaves off, or undefined for text that both engines keep.
 */
export function inexactness(text: string): string | undefined {
  if (text.includes('\u0000')) return 'must not contain the NUL character (U+0000)';
  if (!text.isWellFormed()) return 'must be valid Unicode (it contains half of a surrogate pair)';
  return undefined;
}
