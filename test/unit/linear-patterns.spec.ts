import { credentialsIn } from '../../src/credentials/leaks/credentials-in-text.js';
import { isEmail, isISO31661Alpha2 } from 'class-validator';
import { slugOf } from '../../src/identity/companies/companies.service.js';
import { readForm } from '../../src/platform/http/body/form-body.js';
import { parseInstant } from '../../src/platform/http/validation.js';
import { loggedUrl, withoutCredentials, withoutQuotedValue } from '../../src/platform/logging/redaction.js';
import { isBlank, invisibleEnd } from '../../src/platform/values/visible-text.js';
import { preferredType } from '../../src/platform/errors/accept.js';
import { isTagList, matchesWeakly } from '../../src/platform/http/entity-tags.js';
import { cutText } from '../../src/platform/values/cut-text.js';
import * as rules from '../../src/records/fields/rules.js';
import { growthOf } from '../support/waiting/growth.js';

/** What hostile texts are made of: how patterns of the product begin and go on. */
const FRAGMENTS = [
  ...[
    'a',
    '0',
    ' ',
    '-',
    '_',
    '.',
    ',',
    '/',
    '=',
    '+',
    '"',
    '\\"',
    "'",
    '@',
    '\n',
    'é',
    '🫘',
    '\u0301',
    '\u0000',
  ],
  ...[
    'eyJ',
    'eyJ-',
    'eyJ.',
    'a.',
    'a@',
    'a-',
    '0.',
    'eudr_',
    'eudr_a_',
    'ZXVkcl',
    'ZXVkclZXVkclZXVkclZXVkcl ',
    'abcdef01-',
    'whsec_',
    'Bearer ',
    'Bearer +',
    'Basic ',
    'Basic +a',
    'eyJ.a.a.',
    '\\u005f',
    '\\_',
    'token=',
  ],
  ...[
    "entry '",
    "' for key ",
    '%65',
    '%25',
    '%252525',
    '%zz',
    'a=1&',
    'a=',
    'key-',
    '%3D',
    '?',
    '%26',
    'abcdef0123',
    '2026-01-01T00:00:00',
    'W/"v1", ',
  ],
];

const attempts: [string, (text: string) => unknown][] = [
  ['withoutCredentials', withoutCredentials],
  ['withoutQuotedValue', withoutQuotedValue],
  ['loggedUrl', loggedUrl],
  ['credentialsIn', credentialsIn],
  ['parseInstant', parseInstant],
  ['slugOf', slugOf],
  ['preferredType', (text) => preferredType(text, ['application/json', 'application/problem+json'])],
  ['isBlank', isBlank],
  ['invisibleEnd', invisibleEnd],
  ['isTagList', isTagList],
  ['matchesWeakly', (text) => matchesWeakly(text, text)],
  ['cutText', (text) => cutText(text)],
  ['readForm', (text) => readForm(Buffer.from(text))],
  ['isEmail', (text) => isEmail(text)],
  ['isISO31661Alpha2', (text) => isISO31661Alpha2(text)],
  ['text rule', rules.text(255)],
  ['key rule', rules.key(255)],
  ['key rule without a limit', rules.key(1_000_000)],
  ['country rule', (text) => rules.country(text)],
  ['e-mail rule', (text) => rules.email(text)],
  ['HS code rule', rules.hsCode],
  ['calendar date rule', rules.calendarDate],
  ['text list rule', (text) => rules.textList(255)(text.split(','))],
];

/** Many times, so that what takes 16 kB at once stands out of the noise. */
const often = (attempt: (text: string) => unknown) => (text: string) => {
  for (let time = 0; time < 5; time += 1) {
    try {
      attempt(text);
    } catch {
      // To refuse a text must take no longer than to accept it.
    }
  }
};

it.each(attempts)('%s takes at most three times as long for 16 kB as for 8 kB', (_, attempt) => {
  const grown = FRAGMENTS.filter((fragment) => {
    const textOf = (size: number): string => `x${fragment.repeat(Math.ceil(size / fragment.length))}!`;
    return growthOf(textOf, 8 * 1024, often(attempt)) > 3;
  });
  expect(grown).toEqual([]);
});
