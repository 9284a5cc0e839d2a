import { isAscii, isUtf8, transcode } from 'node:buffer';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { AppError } from '../../errors/app-error.js';
import { CommonErrors, validationError } from '../../errors/common.errors.js';
import { cutText } from '../../values/cut-text.js';
import type { BodyBounds } from './body-bounds.js';
import { type BrokenBound, countMembers, type JsonPath, repeatedMembers, scanJson } from './json-scan.js';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const MAX_NAME = 60;

/** A repeated name by the list item that contains it. */
const repeatedNames = new WeakMap<object, string>();

/** Returns a name that occurs twice in a list item, at any depth. Only for routes with `judgesItems`. */
export function repeatedName(item: object): string | undefined {
  return repeatedNames.get(item);
}

/**
 * Reads a JSON body (RFC 8259) in strict UTF-8; a byte order mark is skipped.
 * The limits are checked before any value is built, and the first broken one ends the work. A member named
 * `__proto__` is an ordinary member. A number that a double cannot hold exactly becomes NaN, which no field
 * accepts.
 * @throws MALFORMED_JSON
 * @throws VALIDATION_ERROR for a broken limit or a repeated name in one object
 */
export function readJson(body: Buffer, bounds: BodyBounds): unknown {
  const steps = readingSteps(body, bounds);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * Reads a large JSON body like `readJson`, in several steps. Each step blocks the thread for a few
 * milliseconds, and other requests run between the steps.
 */
export async function readLargeJson(body: Buffer, bounds: BodyBounds): Promise<unknown> {
  const steps = readingSteps(body, bounds);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await othersTurn();
  return step.value;
}

/**
 * The steps of reading a JSON body. It yields where other requests may run.
 * @returns the value
 */
function* readingSteps(body: Buffer, bounds: BodyBounds): Generator<undefined, unknown, undefined> {
  const marked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const bytes = marked ? body.subarray(BYTE_ORDER_MARK.length) : body;
  const { broken, members, unheld } = scanJson(bytes, bounds);
  if (broken) throw brokenBoundError(broken, bounds);
  yield;
  if (!isUtf8(bytes)) throw CommonErrors.malformedJson.error();
  const text = textOf(bytes);
  yield;
  const value = parsed(text);
  yield;
  if (countMembers(value) < members) noteRepeated(value, repeatedMembers(bytes, bounds), bounds);
  for (const path of unheld) putNaN(value, path);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw CommonErrors.malformedJson.error({ cause });
  }
}

/** Decodes valid UTF-8. Node's own decoder is several times slower than these two ways. */
function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

/** After a repeated name, the last value is there. It may not be the number at this path. */
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

/** Returns the item that a path leads into. The item belongs to a list of the outermost object. */
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

/** Formats a path for messages, as in `suppliers[3].name`. */
function pathText(path: JsonPath): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${cutText(part, MAX_NAME)}`));
  return cutText(parts.join('').replace(/^\./, '')) || 'the top';
}
