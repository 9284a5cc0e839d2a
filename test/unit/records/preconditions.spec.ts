import { isTagList, matchesStrongly, matchesWeakly } from '../../../src/platform/http/entity-tags.js';
import { etagOf, requirePreconditions } from '../../../src/records/engine/preconditions.js';

const TAG = etagOf(3);
const NAME = 'supplier with externalId "X"';
const quoteless = TAG.slice(1, -1);

it('is a quoted strong tag that moves with the version', () => {
  expect(TAG).toMatch(/^"[\x21\x23-\x7e]+"$/);
  expect(etagOf(4)).not.toBe(TAG);
});

describe('the tags of a header', () => {
  it.each(['*', ' * ', '"a"', 'W/"a" ,"b"', '"a,b"', ',"a",'])('%j are a list', (header) => {
    expect(isTagList(header)).toBe(true);
  });

  it.each(['', ' ', 'v3', 'w/"a"', '"a', '"a", *', 'W/ "a"', ','])('%j are none', (header) => {
    expect(isTagList(header)).toBe(false);
  });

  it('may hold commas and asterisks inside quotes', () => {
    expect(matchesStrongly('"a,*"', '"a,*"')).toBe(true);
    expect(matchesStrongly('"a,*"', TAG)).toBe(false);
  });

  it.each([TAG, `W/${TAG}`, '*', `"a", ${TAG}`, `"a",W/${TAG},"b"`, ` ${TAG} `])(
    '%s match weakly',
    (header) => {
      expect(matchesWeakly(header, TAG)).toBe(true);
    },
  );

  it.each(['', etagOf(33), `W/${etagOf(2)}`, quoteless, `w/${TAG}`, `"a", "b"`])('%s do not', (header) => {
    expect(matchesWeakly(header, TAG)).toBe(false);
  });
});

const check =
  (ifMatch: string | undefined, ifNoneMatch: string | undefined, version: number | undefined) => () =>
    requirePreconditions({ ifMatch, ifNoneMatch }, version, NAME);

describe('a write of version 3', () => {
  it.each([
    [undefined, undefined],
    [TAG, undefined],
    ['*', undefined],
    [`"a",${TAG},"b"`, undefined],
    [undefined, '"a"'],
    [undefined, `W/${etagOf(2)}, "b"`],
    [TAG, '"a"'],
  ])('is let through by If-Match %s and If-None-Match %s', (ifMatch, ifNoneMatch) => {
    expect(check(ifMatch, ifNoneMatch, 3)).not.toThrow();
  });

  it.each([
    [etagOf(2), undefined, 'The record has changed since the given ETag. Its current ETag is "v3".'],
    [`W/${TAG}`, undefined, 'If-Match accepts only strong ETags. Send "v3" without W/.'],
    ['', undefined, 'If-Match must be * or quoted ETags such as "v1".'],
    [undefined, '*', `If-None-Match failed: a ${NAME} already exists.`],
    [undefined, `"a", W/${TAG}`, 'If-None-Match failed: the current ETag is "v3".'],
    [undefined, quoteless, 'If-None-Match must be * or quoted ETags such as "v1".'],
    [TAG, '*', `If-None-Match failed: a ${NAME} already exists.`],
  ])('is refused by If-Match %s and If-None-Match %s', (ifMatch, ifNoneMatch, message) => {
    expect(check(ifMatch, ifNoneMatch, 3)).toThrow(message);
  });
});

describe('a write where nothing is stored', () => {
  it.each([undefined, '*', TAG])('is let through by If-None-Match %s', (header) => {
    expect(check(undefined, header, undefined)).not.toThrow();
  });

  it.each(['*', TAG])('is refused by If-Match %s', (header) => {
    expect(check(header, undefined, undefined)).toThrow(
      `Record not found: ${NAME}. If-Match requires an existing record.`,
    );
  });
});
