import { SURFACES } from '../../src/surfaces.js';

it.each([
  ['/api/v1/auth/login/', '/api/v1/auth/login'],
  ['/api/v1/auth/login', '/api/v1/auth/login'],
  ['/api/v1/auth/private_tokens/?page=2', '/api/v1/auth/private_tokens?page=2'],
  ['/api/v1/auth/private_tokens?next=/a/', '/api/v1/auth/private_tokens?next=/a/'],
  ['/api/v1/companies/com_1/batches/', '/api/v1/companies/com_1/batches'],
  ['/apiops/auth/token/', '/apiops/auth/token'],
])('%s reaches %s', (given, path) => {
  expect(SURFACES.withoutTrailingSlash(given)).toBe(path);
});

it.each(['/', '/api/v1/auth/', '/api/v1/auth/login//', '/api/v1/integration/suppliers/', '/other/apiops/x/'])(
  '%s stays as it is',
  (given) => {
    expect(SURFACES.withoutTrailingSlash(given)).toBe(given);
  },
);

it('takes no longer for what is long', () => {
  const urlOf = (segments: number): string => `/apiops/${'/a'.repeat(segments)}//`;
  /** The shortest of several times, which nothing else on the machine has lengthened. */
  const shortestMs = (url: string): number => {
    const times = Array.from({ length: 20 }, () => {
      const begunAt = performance.now();
      expect(SURFACES.withoutTrailingSlash(url)).toBe(url);
      return performance.now() - begunAt;
    });
    return Math.min(...times);
  };
  // Eight times as long may take eight times as long; work that grows with the square would take 64 times.
  const [short, long] = [shortestMs(urlOf(10_000)), shortestMs(urlOf(80_000))];
  expect(long / Math.max(short, 0.05)).toBeLessThan(32);
});
