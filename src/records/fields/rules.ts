import { isEmail, isISO31661Alpha2 } from 'class-validator';
import { inexactness } from '../../platform/values/exact-text.js';
import { isRealDay } from '../../platform/values/time.js';
import { invisibleEnd, isBlank } from '../../platform/values/visible-text.js';

/** The value of a record's field after validation. */
export type FieldValue = string | number | boolean | string[] | null;

/**
 * Checks one value that is neither missing nor null, and returns it in its stored form.
 * @throws {Refused} with the end of a message that begins with the field's name, such as `must be a string`
 */
export type Rule = (value: unknown) => FieldValue;

/** A rule refused a value. The message is for the caller. */
export class Refused extends Error {}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CALENDAR_DATE = /^(\d{4}-\d{2}-\d{2})(T00:00(:00(\.0+)?)?(Z|\+00:00)?)?$/;
/** ERPs use earlier dates as "no date": 0001-01-01, 1753-01-01, 1899-12-30, 1900-01-01, 1970-01-01. */
const EARLIEST_DATE = '1990-01-01';
/** Codes that ISO 3166-1 reserves for users, as the EU uses them: Kosovo and Northern Ireland. */
const EU_COUNTRIES = new Set(['XI', 'XK']);
/** Codes of the EU and of everyday use, with their ISO 3166-1 codes. */
const OTHER_SPELLINGS: Record<string, string> = { EL: 'GR', UK: 'GB' };
const HS_CODE = /^\d{2,10}$/;
/** Chapter 77 is reserved; 98 and 99 are for national use (Harmonized System, 2022). */
const HS_CHAPTER = /^(?!00|77|9[89])/;
const PLAIN_NUMBER = /^-?(\d+)(?:\.(\d+))?$/;
/** The form of nearly all email addresses. `isEmail` accepts all of them too, but takes far longer. */
const PLAIN_EMAIL = /^[a-z0-9]+([._-][a-z0-9]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$/i;
/** A label of a domain may have 63 characters. A shorter address cannot have a longer label. */
const MAX_PLAIN_EMAIL = 63;
/** Digits with the usual separators, and an extension. */
const PHONE = /^\+?[\d ()./-]+(?:,? ?(?:ext\.?|x|#) ?\d+)?$/i;
const MIN_PHONE_DIGITS = 3;
/** E.164 allows 15 digits. An international prefix and an extension may add more. */
const MAX_PHONE_DIGITS = 24;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const MAX_COUNTRY = 10;
const MAX_SIGNIFICANT_DIGITS = 15;
export const MAX_LIST_ITEMS = 100;

/**
 * Whether a text has more than `max` characters. A character of two UTF-16 units counts once; a far longer
 * text is not counted.
 */
function longerThan(text: string, max: number): boolean {
  return text.length > 2 * max || (text.length > max && [...text].length > max);
}

/** Returns the text if both engines store it unchanged. */
function exactText(value: unknown, max: number): string {
  if (typeof value !== 'string') throw new Refused('must be a string');
  if (longerThan(value, max)) throw new Refused(`must not be longer than ${max} characters`);
  const problem = inexactness(value);
  if (problem !== undefined) throw new Refused(problem);
  return value;
}

export function text(max: number): Rule {
  return (value) => exactText(value, max);
}

/**
 * Rule for text that identifies records. It refuses characters that a comparison may ignore or that nobody
 * sees.
 */
export function key(max: number): Rule {
  return (value) => {
    const given = exactText(value, max);
    if (given === '') throw new Refused('must not be empty');
    if (CONTROL.test(given)) throw new Refused('must not contain control characters');
    if (given.trim() !== given) throw new Refused('must not begin or end with white space');
    const invisible = invisibleEnd(given);
    if (invisible !== undefined) {
      throw new Refused(`must not begin or end with an invisible character (${invisible})`);
    }
    if (isBlank(given)) throw new Refused('must contain a visible character');
    return given;
  };
}

/** Rule for ISO 3166-1 alpha-2 codes, and `XI` and `XK`. */
export function country(value: unknown): FieldValue {
  if (typeof value === 'string' && isCountry(value)) return value;
  const meant = typeof value === 'string' && value.length <= MAX_COUNTRY ? countryMeantBy(value) : undefined;
  if (meant !== undefined) throw new Refused(`must be an ISO 3166-1 alpha-2 code: use "${meant}"`);
  throw new Refused('must be an ISO 3166-1 alpha-2 code in upper case, such as "BR"');
}

function isCountry(code: string): boolean {
  return code === code.toUpperCase() && (isISO31661Alpha2(code) || EU_COUNTRIES.has(code));
}

/** Returns the code that a text in another spelling means. */
function countryMeantBy(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  const meant = OTHER_SPELLINGS[code] ?? code;
  return isCountry(meant) ? meant : undefined;
}

/** Rule for an email address. It accepts any text; `emailProblem` warns if it is not an address. */
export const email: Rule = text(254);

/** Returns a warning if a stored text is not an email address. */
export function emailProblem(given: string): string | undefined {
  const plain = given.length <= MAX_PLAIN_EMAIL && PLAIN_EMAIL.test(given);
  return plain || isEmail(given) ? undefined : 'is not an email address';
}

/** Returns a warning if a stored text is not a telephone number. */
export function phoneProblem(given: string): string | undefined {
  const digits = digitsIn(given);
  const isNumber = digits >= MIN_PHONE_DIGITS && digits <= MAX_PHONE_DIGITS && PHONE.test(given.trim());
  return isNumber ? undefined : 'is not a telephone number';
}

function digitsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= DIGIT_0 && code <= DIGIT_9) count += 1;
  }
  return count;
}

/**
 * Rule for a code of the Harmonized System or Combined Nomenclature: chapter, heading, subheading, CN or
 * TARIC level.
 * It refuses an odd number of digits, because spreadsheets remove a leading zero.
 */
export function hsCode(value: unknown): FieldValue {
  const digits = exactText(value, 30).replace(/[. ]/g, '');
  if (!HS_CODE.test(digits))
    throw new Refused('must have 2, 4, 6, 8 or 10 digits (dots and spaces are ignored)');
  if (digits.length % 2 === 1) {
    throw new Refused(`has ${digits.length} digits; maybe a leading zero is missing`);
  }
  if (!HS_CHAPTER.test(digits)) {
    throw new Refused(`begins with ${digits.slice(0, 2)}; the chapter must be 01 to 97, except 77`);
  }
  return digits;
}

/** Rule for a JSON number that DECIMAL(16,6) and a double both hold exactly. */
export function quantity(least: number): Rule {
  return (value) => {
    if (typeof value !== 'number') throw new Refused('must be a number');
    if (value < least) throw new Refused(`must not be less than ${least}`);
    const [, whole = '', fraction = ''] = PLAIN_NUMBER.exec(String(value)) ?? [];
    const significant = (whole + fraction).replace(/^0+/, '').length;
    if (whole === '' || whole.length > 10 || fraction.length > 6 || significant > MAX_SIGNIFICANT_DIGITS) {
      throw new Refused('must have at most 10 digits before the decimal point, 6 after it and 15 in total');
    }
    return value === 0 ? 0 : value;
  };
}

/** Rule for `YYYY-MM-DD`. It accepts a date-time only at midnight, in UTC or without an offset. */
export function calendarDate(value: unknown): FieldValue {
  const date = typeof value === 'string' ? CALENDAR_DATE.exec(value)?.[1] : undefined;
  if (date !== undefined && date < EARLIEST_DATE) {
    throw new Refused(`must not be before ${EARLIEST_DATE}; send null if there is no date`);
  }
  if (date === undefined || !isRealDay(date)) {
    throw new Refused('must be a calendar date such as "2026-03-31", or null');
  }
  return date;
}

export function bool(value: unknown): FieldValue {
  if (typeof value !== 'boolean') throw new Refused('must be true or false');
  return value;
}

/** Rule for a list of texts. It trims them and removes blank ones and repetitions. */
export function textList(maxEach: number): Rule {
  return (value) => {
    if (!Array.isArray(value)) throw new Refused('must be a list of strings');
    if (value.length > MAX_LIST_ITEMS) throw new Refused(`must not have more than ${MAX_LIST_ITEMS} items`);
    const texts = value.map((item, index) => {
      try {
        return exactText(typeof item === 'string' ? item.trim() : item, maxEach);
      } catch (error) {
        throw new Refused(`item ${index} ${(error as Refused).message}`);
      }
    });
    return [...new Set(texts.filter((item) => !isBlank(item)))];
  };
}
