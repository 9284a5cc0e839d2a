import { isAscii, isUtf8, transcode } from 'node:buffer';
import type { AppError } from '../../errors/app-error.js';
import { CommonErrors, validationError } from '../../errors/common.errors.js';
import { cutText } from '../../values/cut-text.js';
import type { BodyBounds } from './body-bounds.js';
import { type BrokenBound, countMembers, type JsonPath, repeatedMembers, scanJson } from './json-scan.js';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const MAX_NAME = 60;

/** Items of lists that hold a name twice, with that name. */
const repeatedNames = new WeakMap<object, string>();

/** A name that a list's item held twice, at any depth, on a route that judges its items itself. */
export function repeatedName(item: object): string | undefined {
  return repeatedNames.get(item);
}

/**
 * Reads a JSON body (RFC 8259): strict UTF-8, a byte order mark in front is passed over. The bounds are asked before
 * anything is built, and the first that is broken ends the work. Members named `__proto__` are members like others.
 * A number that a double does not hold as it is written becomes NaN, which no field accepts.
 * @throws MALFORMED_JSON; VALIDATION_ERROR for a broken bound or for a name that comes twice in one object
 */
export function readJson(body: Buffer, bounds: BodyBounds): unknown {
  const marked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const bytes = marked ? body.subarray(BYTE_ORDER_MARK.length) : body;
  const { broken, members, unheld } = scanJson(bytes, bounds);
  if (broken) throw brokenBoundError(broken, bounds);
  if (!isUtf8(bytes)) throw CommonErrors.malformedJson.error();
  const value = parsed(bytes);
  if (countMembers(value) < members) noteRepeated(value, repeatedMembers(bytes, bounds), bounds);
  for (const path of unheld) putNaN(value, path);
  return value;
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch (cause) {
    throw CommonErrors.malformedJson.error({ cause });
  }
}

/** The text of well-formed UTF-8. Node decodes UTF-8 itself several times more slowly than in these two ways. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

/** Of two members of one name the last is there, which may be something else. */
function putNaN(body: unknown, path: JsonPath): void {
  const name = path.at(-1);
  let holder = body as Record<string | number, unknown> | undefined;
  for (const step of path.slice(0, -1)) holder = holder?.[step] as typeof holder;
  if (name !== undefined && typeof holder?.[name] === 'number') holder[name] = NaN;
}

function noteRepeated(body: unknown, repeated: JsonPath[], { judgesItems = false }: BodyBounds): void {
  for (const path of repeated) {
    const item = judgesItems ? itemAt(body, path) : undefined;
    const name = cutText(String(path.at(-1)), MAX_NAME);
    if (!item) throw wrong(path, `Duplicate field ${name} in one object; send it once`);
    if (!repeatedNames.has(item)) repeatedNames.set(item, name);
  }
}

/** The item of a list of the outermost object that a path leads into. */
function itemAt(body: unknown, [list, index, ...inside]: JsonPath): object | undefined {
  if (typeof index !== 'number' || inside.length === 0) return undefined;
  const items = (body as Record<string, unknown>)[list as string];
  const item: unknown = Array.isArray(items) ? items[index] : undefined;
  return typeof item === 'object' && item !== null ? item : undefined;
}

function brokenBoundError({ bound, path }: BrokenBound, bounds: BodyBounds): AppError {
  const most = bounds[bound];
  const inside = path.slice(0, -1);
  switch (bound) {
    case 'depth':
      return wrong(path, `The body has more than ${most} levels of nesting, at ${pathText(path)}`);
    case 'values':
      return wrong(
        path,
        `The body has more than ${most} values, reached at ${pathText(path)}; split it into several calls`,
      );
    case 'members':
      return wrong(inside, `The object at ${pathText(inside)} has more than ${most} fields`);
    case 'items':
      if (bounds.tooManyItems) return bounds.tooManyItems.error({ details: { most } });
      return wrong(
        inside,
        `${pathText(inside)} must have at most ${most} items; split them into several calls`,
      );
    case 'text':
      return wrong(path, `The text at ${pathText(path)} is longer than ${most} bytes`);
  }
}

function wrong(path: JsonPath, message: string): AppError {
  return validationError([{ path: pathText(path), message }]);
}

/** As messages write it: `suppliers[3].name`. */
function pathText(path: JsonPath): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${cutText(part, MAX_NAME)}`));
  return cutText(parts.join('').replace(/^\./, '')) || 'the top';
}
