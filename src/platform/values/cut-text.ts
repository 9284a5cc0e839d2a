/** Maximum length, in characters, of a caller's text in responses and logs. */
const MAX_ECHOED = 255;
const MAX_JOINED = 50;

/**
 * Shortens a caller's text for responses and logs.
 * @returns the text if it has at most `max` characters (code points); else its beginning and `…`, `max`
 * characters in total
 */
export function cutText(text: string, max: number = MAX_ECHOED): string {
  if (text.length <= max) return text;
  // One character has at most two UTF-16 units.
  const characters = [...text.slice(0, 2 * max + 2)];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/**
 * Joins names that callers chose, for a message: the first few, each shortened, and the number of the rest.
 */
export function cutNames(names: readonly string[], max = 5): string {
  const shown = names.slice(0, max).map((name) => cutText(name, 60));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Returns the bytes of a text in a JSON response. */
export function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/**
 * Joins messages by `; ` within a number of JSON bytes, at least 750: as many as fit, and the number of the
 * rest. If the first one does not fit, it returns the beginning of it.
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
