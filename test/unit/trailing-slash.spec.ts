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
  const url = `/apiops/${'/a'.repeat(50_000)}//`;
  const begunAt = performance.now();
  expect(SURFACES.withoutTrailingSlash(url)).toBe(url);
  expect(performance.now() - begunAt).toBeLessThan(100);
});
