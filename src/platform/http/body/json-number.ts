const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const PLUS = 0x2b;
const MINUS = 0x2d;
export const POINT = 0x2e;
export const CAPITAL_E = 0x45;
export const SMALL_E = 0x65;

/** Any double holds fifteen digits exactly (DBL_DIG); one more character for the point. */
const MAX_PLAIN = 16;
const DECIMAL = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/**
 * Returns the end of the number that has a point or an exponent at this place; the next byte if there is no
 * number.
 */
export function endOfNumber(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (isOfNumber(bytes[end])) end += 1;
  return end;
}

/**
 * Whether a double holds the written number exactly. It does not on underflow (`1e-400` becomes 0) or if
 * digits are lost.
 * @param at offset of the number's point or exponent
 */
export function isHeld(bytes: Buffer, at: number): boolean {
  if (!isDigit(bytes[at - 1])) return true;
  let start = at - 1;
  while (isDigit(bytes[start - 1])) start -= 1;
  let end = at + 1;
  while (isDigit(bytes[end])) end += 1;
  if (bytes[at] === POINT && end - start <= MAX_PLAIN && !isOfNumber(bytes[end])) return true;
  const written = bytes.toString('latin1', start, endOfNumber(bytes, at));
  return decimal(written) === decimal(String(Number(written)));
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}

function isOfNumber(byte: number | undefined): boolean {
  return (
    isDigit(byte) ||
    byte === POINT ||
    byte === SMALL_E ||
    byte === CAPITAL_E ||
    byte === PLUS ||
    byte === MINUS
  );
}

/**
 * Returns one normal form of a decimal number without its sign: its digits without outer zeros, and their
 * exponent.
 */
function decimal(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutLastZeros(digits);
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** A regular expression for zeros at the end would take quadratic time. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
