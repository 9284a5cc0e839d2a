import { CAPITAL_E, endOfNumber, isHeld, POINT, SMALL_E } from './json-number.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Marks the bytes that have a meaning outside texts. The scan skips all others, such as white space. */
const TELLS = new Uint8Array(256);
for (const byte of [QUOTE, COLON, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT]) TELLS[byte] = 1;
for (const byte of [POINT, SMALL_E, CAPITAL_E]) TELLS[byte] = 1;

/** Index for a place outside all items. */
const ELSEWHERE = -1;

/** Size limits of a JSON text. Each number is the largest accepted value. */
export interface JsonBounds {
  /** Nesting of lists and objects. */
  depth: number;
  /** Items of lists and members of objects in total. */
  values: number;
  /** Members of one object. */
  members: number;
  /** Items of a list that is a member of the outermost object. */
  items: number;
  /** UTF-8 bytes of one text or name, as written. */
  text: number;
}

/** The first limit that a JSON text exceeds, and the place. */
export interface BrokenBound {
  bound: keyof JsonBounds;
  path: JsonPath;
}

/** Member names and item indexes from the outermost value inwards. */
export type JsonPath = (string | number)[];

/** The result of one pass over a JSON text. */
export interface JsonScan {
  broken?: BrokenBound;
  /** Members of all objects; a repeated name counts each time. */
  members: number;
  /** Paths of numbers that a double cannot hold exactly. */
  unheld: JsonPath[];
}

/** Called for each member; its value is at the given depth. */
type OnMember = (levels: Levels, depth: number) => void;

/**
 * The open lists and objects at a place in the text, by depth. For each: its start offset, the number of
 * items or members before the current one, and the start and end of the current member's name.
 */
class Levels {
  readonly opened: Int32Array;
  readonly before: Int32Array;
  readonly nameStart: Int32Array;
  readonly nameEnd: Int32Array;

  constructor(
    private readonly bytes: Buffer,
    depth: number,
  ) {
    this.opened = new Int32Array(depth + 2);
    this.before = new Int32Array(depth + 2);
    this.nameStart = new Int32Array(depth + 2);
    this.nameEnd = new Int32Array(depth + 2);
  }

  open(depth: number, offset: number): void {
    this.opened[depth] = offset;
    this.before[depth] = 0;
    this.nameEnd[depth] = 0;
  }

  isList(depth: number): boolean {
    return this.bytes[this.opened[depth] as number] === OPEN_LIST;
  }

  name(depth: number): string {
    const written = this.bytes.toString('utf8', this.nameStart[depth], this.nameEnd[depth]);
    return written.includes('\\') ? unescaped(written) : written;
  }

  pathTo(depth: number): JsonPath {
    return Array.from({ length: depth }, (_, index) =>
      this.isList(index + 1) ? (this.before[index + 1] as number) : this.name(index + 1),
    );
  }
}

/** Leaves a name of malformed JSON as written. The parser refuses it later. */
function unescaped(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}

/**
 * Scans a JSON text in one pass without building values, and stops at the first exceeded limit.
 * For malformed JSON, the result is right up to the place where a parser stops. The time is proportional to
 * the bytes read.
 */
export function scanJson(bytes: Buffer, bounds: JsonBounds, onMember?: OnMember): JsonScan {
  const levels = new Levels(bytes, bounds.depth);
  const { before, nameStart, nameEnd } = levels;
  let depth = 0;
  let values = 0;
  let members = 0;
  const unheld: JsonPath[] = [];
  let textStart = 0;
  let textEnd = 0;
  const broken = (bound: keyof JsonBounds): JsonScan => ({
    broken: { bound, path: levels.pathTo(Math.min(depth, bounds.depth)) },
    members,
    unheld,
  });
  for (let at = nextTelling(bytes, 0); at < bytes.length; at = nextTelling(bytes, at + 1)) {
    switch (bytes[at] as number) {
      case QUOTE:
        textStart = at + 1;
        at = textEnd = endOfText(bytes, textStart);
        if (textEnd - textStart > bounds.text) return broken('text');
        break;
      case COLON:
        members += 1;
        nameStart[depth] = textStart;
        nameEnd[depth] = textEnd;
        onMember?.(levels, depth);
        break;
      case COMMA: {
        const count = (before[depth] as number) + 1;
        before[depth] = count;
        values += 1;
        if (values > bounds.values) return broken('values');
        if (levels.isList(depth)) {
          if (depth === 2 && count >= bounds.items) return broken('items');
        } else if (count >= bounds.members) return broken('members');
        break;
      }
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (depth === bounds.depth) return broken('depth');
        depth += 1;
        values += 1;
        levels.open(depth, at);
        if (values > bounds.values) return broken('values');
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (depth === 0) return { members, unheld };
        depth -= 1;
        break;
      case POINT:
      case SMALL_E:
      case CAPITAL_E:
        if (!isHeld(bytes, at)) unheld.push(levels.pathTo(depth));
        at = endOfNumber(bytes, at) - 1;
        break;
    }
  }
  return { members, unheld };
}

/** Returns the offset of the next byte with a meaning; without one, the end of the bytes. */
function nextTelling(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && TELLS[bytes[at] as number] === 0) at += 1;
  return at;
}

/** Returns the offset of the closing quote; without one, the end of the bytes. */
function endOfText(bytes: Buffer, start: number): number {
  let at = start;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return bytes.length;
}

/**
 * Returns the members with a repeated name, in the order of the text: the first in each item of a list in the
 * outermost object, and the first one elsewhere.
 */
export function repeatedMembers(bytes: Buffer, bounds: JsonBounds): JsonPath[] {
  const repeated: JsonPath[] = [];
  const seen: { opened: number; names: Set<string> }[] = [];
  let told: number | undefined;
  scanJson(bytes, bounds, (levels, depth) => {
    const item = depth > 2 ? (levels.before[2] as number) : ELSEWHERE;
    if (item === told) return;
    const opened = levels.opened[depth] as number;
    if (seen[depth]?.opened !== opened) seen[depth] = { opened, names: new Set() };
    const { names } = seen[depth];
    const name = levels.name(depth);
    if (names.has(name)) {
      repeated.push(levels.pathTo(depth));
      told = item;
    }
    names.add(name);
  });
  return repeated;
}

/**
 * Counts the members of all objects in a parsed value. Repeated names make the count smaller than in the
 * text.
 */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item);
    return count;
  }
  for (const name in value) count += 1 + countMembers((value as Record<string, unknown>)[name]);
  return count;
}
