/** What callers send is repeated in responses and logs up to here, in characters. */
const MAX_ECHOED = 255;
const MAX_JOINED = 50;

/**
 * A caller's text as responses and logs may repeat it.
 * @returns the text where it has at most `max` characters (code points), else its beginning and `…`, `max` characters
 * in all.
 */
export function cutText(text: string, max: number = MAX_ECHOED): string {
  if (text.length <= max) return text;
  // No more than two UTF-16 units make one character.
  const characters = [...text.slice(0, 2 * max + 2)];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** Names that callers chose, as a message may repeat them: the first few, each cut, and how many more there are. */
export function cutNames(names: readonly string[], max = 5): string {
  const shown = names.slice(0, max).map((name) => cutText(name, 60));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Bytes that a text takes in a JSON response. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * Messages joined by `; ` within so many bytes of JSON, at least 750: as many as fit, and how many more there are. Of a
 * first message that does not fit, its beginning.
 */
export function joinWithin(messages: readonly string[], bytes: number): string {
  const joined = messages.join('; ');
  if (jsonBytes(joined) <= bytes) return joined;
  for (let count = Math.min(messages.length - 1, MAX_JOINED); count > 0; count -= 1) {
    const some = `${messages.slice(0, count).join('; ')}; and ${messages.length - count} more`;
    if (jsonBytes(some) <= bytes) return some;
  }
  // A character takes at most six bytes.
  return cutText(joined, Math.floor(bytes / 6) - 1);
}
