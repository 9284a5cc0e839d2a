const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const PLUS = 0x2b;
const MINUS = 0x2d;
export const POINT = 0x2e;
export const CAPITAL_E = 0x45;
export const SMALL_E = 0x65;

/** Fifteen digits, which any double holds (DBL_DIG), and a point. */
const MAX_PLAIN = 16;
const DECIMAL = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

/** Where a number ends that has a point or an exponent at this place; the next byte, where there is no number. */
export function endOfNumber(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (isOfNumber(bytes[end])) end += 1;
  return end;
}

/**
 * Whether a double is what was written: not so where it underflows (`1e-400` is not 0) or where digits are lost.
 * @param at its point or exponent.
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

/** One way to write each decimal number without its sign: its digits without zeros at the ends, and their exponent. */
function decimal(text: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutLastZeros(digits);
  if (significant === '') return '0';
  return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** A pattern that looks for zeros at the end takes the square of the time. */
function withoutLastZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
