import {
  bool,
  calendarDate,
  country,
  email,
  emailProblem,
  hsCode,
  key,
  phoneProblem,
  quantity,
  Refused,
  type Rule,
  text,
  textList,
} from '../../../src/records/fields/rules.js';

type Case = [name: string, rule: Rule, accepted: [given: unknown, stored?: unknown][], refused: unknown[]];

const cases: Case[] = [
  [
    'text',
    text(3),
    [['abc'], [''], [' a '], ['🫘🫘🫘'], ['a\nb'], ['e\u0301']],
    ['abcd', 'abcdefg', '🫘🫘🫘🫘', 'a\u0000', '\ud83e', '\udd58', 1, true, {}, []],
  ],
  [
    'key',
    key(3),
    [['abc'], ['a b'], ['🫘🫘🫘'], ['a\u200bb'], ['/']],
    [
      '',
      ' ',
      ' a',
      'a ',
      '\u00a0a',
      'a\u3000',
      'a\ufeff',
      ...[
        '\u00ad',
        '\u061c',
        '\u200b',
        '\u200f',
        '\u2028',
        '\u202e',
        '\u2060',
        '\u2064',
        '\u{e0001}',
      ].flatMap((invisible) => [invisible, `a${invisible}`, `${invisible}a`]),
      '\u3164',
      'a\tb',
      'a\u007f',
      'a\u0085b',
      'abcd',
      '\ud83e',
      7,
      null,
    ],
  ],
  [
    'country',
    country,
    [['BR'], ['ET'], ['GR'], ['XK'], ['XI']],
    ['br', 'Br', 'xk', 'XX', 'EL', 'UK', 'BRA', '', ' BR', 76, ['BR'], {}],
  ],
  ['email', email, [['a@b.example'], ['nobody'], ['']], [7, [], 'a'.repeat(255), '\u0000']],
  [
    'hsCode',
    hsCode,
    [['09'], ['0901'], ['0901.11', '090111'], [' 0901 11 00 ', '09011100'], ['0901.11.00.10', '0901110010']],
    [
      '',
      '.',
      '9',
      '901',
      '09011',
      '090111001',
      '090111001012',
      '0901-11',
      '0901\t11',
      '٠٩٠١',
      'coffee',
      901,
      null,
    ],
  ],
  [
    'quantity',
    quantity(0),
    [[0], [-0, 0], [1], [0.000001], [1e-6], [9999999999], [9999999999.99999], [999999999.999999], [1e9]],
    [
      -1,
      -0.000001,
      1e-7,
      1.0000001,
      10000000000,
      1234567890.123456,
      1e21,
      NaN,
      Infinity,
      -Infinity,
      '1',
      true,
      [1],
    ],
  ],
  ['quantity below zero', quantity(-5), [[-5], [-0.5], [0]], [-5.000001, -6]],
  [
    'calendarDate',
    calendarDate,
    [
      ['2026-03-31'],
      ['2024-02-29'],
      ['2000-02-29'],
      ['1990-01-01'],
      ['9999-12-31'],
      ['2026-03-31T00:00:00Z', '2026-03-31'],
      ['2026-03-31T00:00:00.000+00:00', '2026-03-31'],
    ],
    [
      '2026-02-29',
      '1900-02-29',
      '2026-04-31',
      '2026-00-10',
      '2026-13-01',
      '1989-12-31',
      '0000-00-00',
      '0001-01-01T00:00:00',
      '12026-01-01',
      '2026-3-1',
      '2026-03-31T12:00:00Z',
      '2026-03-31T00:00:00+02:00',
      '2026-03-31 ',
      '31.03.2026',
      20260331,
      null,
    ],
  ],
  ['bool', bool, [[true], [false]], ['true', 1, 0, null, []]],
  [
    'textList',
    textList(2),
    [
      [[]],
      [
        ['a', 'b', 'a'],
        ['a', 'b'],
      ],
      [
        ['🫘🫘', '', ' ', '\u200b', ' a\t'],
        ['🫘🫘', 'a'],
      ],
      [Array.from({ length: 100 }, () => 'x'), ['x']],
    ],
    ['a', {}, [1], [null], [['a']], ['abc'], ['\u0000'], ['\ud83e'], Array.from({ length: 101 }, () => 'x')],
  ],
];

describe.each(cases)('%s', (_, rule, accepted, refused) => {
  it.each(accepted.map(([given, stored = given]) => ({ given, stored })))(
    'keeps $given as $stored',
    (one) => {
      expect(rule(one.given)).toStrictEqual(one.stored);
    },
  );

  it.each(refused.map((given) => ({ given })))('refuses $given', ({ given }) => {
    expect(() => rule(given)).toThrow(Refused);
  });

  it('gives the same again for what it has stored', () => {
    for (const [given] of accepted) expect(rule(rule(given))).toStrictEqual(rule(given));
  });
});

it('tells a lost zero from other wrong codes', () => {
  expect(() => hsCode('901')).toThrow(/zero/);
  expect(() => hsCode('coffee')).not.toThrow(/zero/);
});

it('names the item of a list that is wrong', () => {
  expect(() => textList(5)(['fine', 7])).toThrow('item 1 must be a string');
});

it.each([
  ['EL', 'GR'],
  ['UK', 'GB'],
  ['de', 'DE'],
  ['DE ', 'DE'],
  ['el', 'GR'],
  ['xk', 'XK'],
])('tells for country %s to use %s', (given, code) => {
  expect(() => country(given)).toThrow(`use "${code}"`);
});

it('advises null for the dates that ERPs keep for no date', () => {
  for (const date of ['0000-00-00', '0001-01-01', '1753-01-01', '1899-12-30', '1900-01-01', '1970-01-01']) {
    expect(() => calendarDate(date)).toThrow(/before 1990-01-01; send null/);
  }
});

it.each(['a@b.example', 'a.b+c@d-e.example'])('takes %s for an e-mail address', (given) => {
  expect(emailProblem(given)).toBeUndefined();
});

it.each(['', 'a', 'a@', '@b.example', 'a@b', ' a@b.example'])('takes %j for no e-mail address', (given) => {
  expect(emailProblem(given)).toBe('is not an email address');
});

it.each(['+55 35 5550 1234', ' 0049 (0) 30 ', '112', '(030) 1234-56', '030/1234 ext. 12', '+1.555.0100 x7'])(
  'takes %s for a telephone number',
  (given) => {
    expect(phoneProblem(given)).toBeUndefined();
  },
);

it.each(['', 'none', '12', '-', '+49 30 Ana', '1'.repeat(30), '030 1234 ext.'])(
  'takes %j for no telephone number',
  (given) => {
    expect(phoneProblem(given)).toBe('is not a telephone number');
  },
);
