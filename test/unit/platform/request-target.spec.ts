import { routedUrl, targetProblem } from '../../../src/platform/http/protocol/request-target.js';

it.each([
  ['/api/v1/auth/login/', '/api/v1/auth/login'],
  ['/api/v1/integration/suppliers/', '/api/v1/integration/suppliers'],
  ['/api/v1/integration/suppliers/A%2F/', '/api/v1/integration/suppliers/A%2F'],
  ['/health/live', '/health/live'],
  ['/docs/?page=2', '/docs?page=2'],
  ['/a?next=/b/', '/a?next=/b/'],
  ['/', '/'],
  ['http://localhost/a/?b=c', '/a?b=c'],
  ['HTTPS://localhost:3000/a', '/a'],
  ['http://localhost', '/'],
  ['http://localhost?a=b', '/?a=b'],
])('%s is routed as %s', (target, url) => {
  expect([routedUrl(target), targetProblem(target)]).toEqual([url, undefined]);
});

it.each(['//', '/a//', '//a', '/a//b', '/a//?b', 'http://localhost//a'])(
  '%s, with two slashes, names nothing',
  (target) => {
    expect(targetProblem(target)?.kind.status).toBe(404);
  },
);

it.each(['/%zz', '/a/%', '/a/%c3%28/', 'http://localhost/%zz'])(
  '%s does not decode, and is refused',
  (target) => {
    expect(targetProblem(target)?.kind.code).toBe('VALIDATION_ERROR');
    expect(() => decodeURIComponent(routedUrl(target))).not.toThrow();
  },
);

it.each(['/a?b=//', '/a?b=%zz'])('%s: the query string has rules of its own', (target) => {
  expect([routedUrl(target), targetProblem(target)]).toEqual([target, undefined]);
});
