import { redisAddress, redisUrlProblem } from '../../src/platform/config/redis-url.js';

it.each([
  ['redis://cache?sentinel=true', 'unknown parameter'],
  ['redis-sentinel://cache:26379', 'redis:// or rediss://'],
  ['redis://a:6379,b:6379', 'must be a URL'],
  ['redis://cache/first', 'number of a database'],
  ['redis://:50%off@cache', 'write %25'],
  ['redis://cache?ssl-ca=/etc/ca.pem', 'must begin with rediss://'],
  ['rediss://cache?ssl-ca=/nowhere/ca.pem', 'cannot be read'],
])('REDIS_URL=%s is refused', (url, problem) => {
  expect(redisUrlProblem(url)).toContain(problem);
});

it.each([
  ['redis://:secret@cache:6380/2', {}],
  ['rediss://cache', { tls: {} }],
])('REDIS_URL=%s is taken', (url, options) => {
  expect(redisUrlProblem(url)).toBeUndefined();
  expect(redisAddress(url)).toEqual({ url, options });
});
