import { AppError } from '../../../src/platform/errors/app-error.js';
import { decodeCursor, encodeCursor } from '../../../src/records/engine/cursor.js';

describe('cursor', () => {
  it.each([
    { page: 2, keys: ['sup_01kan2x5v6fkrb3m1s3c1v9y7t'] },
    { page: 100_000, keys: ['2026-01-01 00:00:00.000', 'sup_01kan2x5v6fkrb3m1s3c1v9y7t'] },
    { page: 2, keys: ['2026-01-01 00:00:00.000', 'sup_01kan2x5v6fkrb3m1s3c1v9y7t'], total: 120 },
    { page: 2, keys: ['sup_01kan2x5v6fkrb3m1s3c1v9y7t'], total: 0 },
  ])('gives back what it was made of: $page, $keys', (cursor) => {
    expect(decodeCursor(encodeCursor(cursor), cursor.keys.length, 'sup')).toEqual(cursor);
  });

  it('needs no escaping in a URL', () => {
    const text = encodeCursor({ page: 3, keys: ['>>>???', '🫘ÿ'] });
    expect(encodeURIComponent(text)).toBe(text);
  });

  const made = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each([
    ['empty', ''],
    ['no base64', '%%%'],
    ['no JSON', 'abc'],
    ['no list', made({ page: 1 })],
    ['null', made(null)],
    ['without page', made(['sup_a', 'sup_b'])],
    ['without keys', made([1])],
    ['with a key too many', made([1, 'sup_a', 'sup_b'])],
    ['with a key that is no text', made([1, 7])],
    ['with a key that is a list', made([1, ['sup_a']])],
    ['with a page that is no whole number', made([1.5, 'sup_a'])],
    ['with a page beyond counting', made([2 ** 60, 'sup_a'])],
    ['with page zero', made([0, 'sup_a'])],
    ['of another type', made([1, 'prd_a'])],
    ['with a total below zero', made([2, 'sup_a', -1])],
    ['with a total that is no whole number', made([2, 'sup_a', 1.5])],
    ['with more than a total', made([2, 'sup_a', 1, 1])],
    ['with a page below zero', made([-1, 'sup_a'])],
  ])('%s is a VALIDATION_ERROR for cursor', (_, text) => {
    const decode = () => decodeCursor(text, 1, 'sup');
    expect(decode).toThrow(AppError);
    expect(decode).toThrow(
      expect.objectContaining({ details: [{ path: 'cursor', message: expect.any(String) }] }),
    );
  });
});
