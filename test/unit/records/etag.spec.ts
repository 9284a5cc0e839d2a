import { etagOf, matchesNone, requireMatch } from '../../../src/records/engine/etag.js';

const TAG = etagOf(3);
const quoteless = TAG.slice(1, -1);

it('is a quoted strong tag that moves with the version', () => {
  expect(TAG).toMatch(/^"[\x21\x23-\x7e]+"$/);
  expect(etagOf(4)).not.toBe(TAG);
});

describe('If-None-Match', () => {
  it.each([TAG, `W/${TAG}`, '*', `"a", ${TAG}`, `"a",W/${TAG},"b"`, ` ${TAG} `])(
    '%s names version 3',
    (header) => {
      expect(matchesNone(header, 3)).toBe(false);
    },
  );

  it.each([undefined, '', etagOf(33), `W/${etagOf(2)}`, quoteless, `w/${TAG}`, `"a", "b"`])(
    '%s does not',
    (header) => {
      expect(matchesNone(header, 3)).toBe(true);
    },
  );
});

describe('If-Match', () => {
  it.each([undefined, TAG, '*', `"a", ${TAG}`, `"a",${TAG},"b"`])(
    '%s lets version 3 be written',
    (header) => {
      expect(() => requireMatch(header, 3)).not.toThrow();
    },
  );

  it.each(['', `W/${TAG}`, etagOf(33), quoteless, '"a", "b"'])('%s does not', (header) => {
    expect(() => requireMatch(header, 3)).toThrow(
      expect.objectContaining({ kind: expect.objectContaining({ status: 412 }) }),
    );
  });

  it.each(['*', TAG, '""'])('%s never holds where nothing is stored', (header) => {
    expect(() => requireMatch(header, undefined)).toThrow();
  });

  it('may be left out where nothing is stored', () => {
    expect(() => requireMatch(undefined, undefined)).not.toThrow();
  });
});
