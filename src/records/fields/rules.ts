import { isEmail, isISO31661Alpha2 } from 'class-validator';
import { inexactness } from '../../platform/values/exact-text.js';
import { isRealDay } from '../../platform/values/time.js';
import { invisibleEnd, isBlank } from '../../platform/values/visible-text.js';

/** What a record's field holds once it was accepted. */
export type FieldValue = string | number | boolean | string[] | null;

/**
 * Checks one given value that is neither missing nor null. Returns it as it will be stored, or throws a
 * `Refused` whose message goes on where the field's name leaves off: `must be a string`.
 */
export type Rule = (value: unknown) => FieldValue;

/** A value that a rule does not accept; the message is for the caller. */
export class Refused extends Error {}

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CALENDAR_DATE = /^(\d{4}-\d{2}-\d{2})(T00:00(:00(\.0+)?)?(Z|\+00:00)?)?$/;
/** Earlier dates are what ERPs keep for "no date": 0001-01-01, 1753-01-01, 1899-12-30, 1900-01-01, 1970-01-01. */
const EARLIEST_DATE = '1990-01-01';
/** Codes that ISO 3166-1 leaves to its users, as the EU uses them: Kosovo and Northern Ireland. */
const EU_COUNTRIES = new Set(['XI', 'XK']);
/** Codes of the EU and of everyday use that ISO 3166-1 spells otherwise. */
const OTHER_SPELLINGS: Record<string, string> = { EL: 'GR', UK: 'GB' };
const HS_CODE = /^\d{2,10}$/;
/** 77 is reserved for later use; 98 and 99 are for each country's own purposes (Harmonized System, 2022). */
const HS_CHAPTER = /^(?!00|77|9[89])/;
const PLAIN_NUMBER = /^-?(\d+)(?:\.(\d+))?$/;
/** The shape of nearly all addresses. Whatever has it passes `isEmail` too, which takes far longer to say so. */
const PLAIN_EMAIL = /^[a-z0-9]+([._-][a-z0-9]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$/i;
/** A label of a domain may have 63 characters; a whole that short has no label that is too long. */
const MAX_PLAIN_EMAIL = 63;
/** Digits with the usual marks between them, and an extension. */
const PHONE = /^\+?[\d ()./-]+(?:,? ?(?:ext\.?|x|#) ?\d+)?$/i;
const MIN_PHONE_DIGITS = 3;
/** E.164 allows 15; an international prefix and an extension may come on top. */
const MAX_PHONE_DIGITS = 24;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const MAX_COUNTRY = 10;
const MAX_SIGNIFICANT_DIGITS = 15;
export const MAX_LIST_ITEMS = 100;

/** Characters as people count them: a 4-byte character is one, in two UTF-16 units. A far longer text is not counted. */
function longerThan(text: string, max: number): boolean {
  return text.length > 2 * max || (text.length > max && [...text].length > max);
}

/** Text that both engines keep exactly. */
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

/** Text that records are found by: what a comparison might ignore or a person not see is refused. */
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

/** ISO 3166-1 alpha-2, with `XI` and `XK`. */
export function country(value: unknown): FieldValue {
  if (typeof value === 'string' && isCountry(value)) return value;
  const meant = typeof value === 'string' && value.length <= MAX_COUNTRY ? countryMeantBy(value) : undefined;
  if (meant !== undefined) throw new Refused(`must be an ISO 3166-1 alpha-2 code: use "${meant}"`);
  throw new Refused('must be an ISO 3166-1 alpha-2 code in upper case, such as "BR"');
}

function isCountry(code: string): boolean {
  return code === code.toUpperCase() && (isISO31661Alpha2(code) || EU_COUNTRIES.has(code));
}

/** The code that a text in other spelling stands for. */
function countryMeantBy(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  const meant = OTHER_SPELLINGS[code] ?? code;
  return isCountry(meant) ? meant : undefined;
}

/** What people wrote as an address; `emailProblem` says whether it is one. */
export const email: Rule = text(254);

/** Why a stored text is no e-mail address, or undefined for one that is. */
export function emailProblem(given: string): string | undefined {
  const plain = given.length <= MAX_PLAIN_EMAIL && PLAIN_EMAIL.test(given);
  return plain || isEmail(given) ? undefined : 'is not an email address';
}

/** Why a stored text is no telephone number, or undefined for one that is. */
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
 * A code of the Harmonized System or Combined Nomenclature: chapter, heading, subheading, CN or TARIC level.
 * An odd count of digits is what a spreadsheet leaves of a code that began with zero.
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

/** A JSON number that DECIMAL(16,6) and a double both hold exactly. */
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

/** `YYYY-MM-DD`; a date-time is accepted where it says no more than the date does. */
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

/** Texts that each name something: trimmed, without blank ones and repeats. */
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
