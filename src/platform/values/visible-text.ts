/**
 * What nobody sees and what turns the direction of writing: Unicode's format characters (Cf, which holds U+00AD,
 * U+200B to U+200F, U+202A to U+202E, U+2060 to U+2064 and U+FEFF) and the two separators U+2028 and U+2029.
 */
const INVISIBLE_ENDS = /^[\p{Cf}\u2028\u2029]|[\p{Cf}\u2028\u2029]$/u;

/** A character that leaves no mark: white space, what is ignorable such as a Hangul filler, the blank Braille pattern. */
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Any other. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** The visible ASCII characters, with which nearly all texts begin, stand between these two. */
const SPACE = 0x20;
const DELETE = 0x7f;

/** Whether a text holds nothing that can be seen, so that it names nothing. */
export function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  const beginsVisibly = first > SPACE && first < DELETE;
  return !beginsVisibly && !VISIBLE.test(text);
}

/** The first character of a text that leaves no mark, as `U+200B`; undefined where there is none. */
export function unseenIn(text: string): string | undefined {
  const found = UNSEEN.exec(text)?.[0];
  return found === undefined ? undefined : codePointName(found);
}

/** The invisible character at either end of a text, as `U+200B`; undefined where there is none. */
export function invisibleEnd(text: string): string | undefined {
  const found = INVISIBLE_ENDS.exec(text)?.[0];
  return found === undefined ? undefined : codePointName(found);
}

function codePointName(character: string): string {
  const code = character.codePointAt(0) as number;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
