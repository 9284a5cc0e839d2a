/**
 * Invisible characters and characters that change the direction of writing: Unicode's format characters (Cf,
 * with U+00AD, U+200B to U+200F, U+202A to U+202E, U+2060 to U+2064 and U+FEFF) and the separators U+2028 and
 * U+2029.
 */
const INVISIBLE_ENDS = /^[\p{Cf}\u2028\u2029]|[\p{Cf}\u2028\u2029]$/u;

/**
 * Characters without a visible mark: white space, ignorable ones such as a Hangul filler, and the blank
 * Braille pattern.
 */
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** All other characters. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Visible ASCII characters lie between these two codes. Nearly all texts begin with one. */
const SPACE = 0x20;
const DELETE = 0x7f;

/** Whether a text has no visible character and therefore names nothing. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  const beginsVisibly = first > SPACE && first < DELETE;
  return !beginsVisibly && !VISIBLE.test(text);
}

/** Returns the first character without a visible mark, as `U+200B`; undefined if there is none. */
export function unseenIn(text: string): string | undefined {
  const found = UNSEEN.exec(text)?.[0];
  return found === undefined ? undefined : codePointName(found);
}

/** Returns the invisible character at the start or end of a text, as `U+200B`; undefined if there is none. */
export function invisibleEnd(text: string): string | undefined {
  const found = INVISIBLE_ENDS.exec(text)?.[0];
  return found === undefined ? undefined : codePointName(found);
}

function codePointName(character: string): string {
  const code = character.codePointAt(0) as number;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
