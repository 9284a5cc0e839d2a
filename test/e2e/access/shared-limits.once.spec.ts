import { Redis } from 'ioredis';
import { RedisConnection } from '../../../src/platform/redis/redis-connection.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { Client } from '../../support/http/client.js';
import { type Erp, givenErp } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';
import { hasRedis, type PrivateRedis, startRedis } from '../../support/processes/redis.js';
import { expectInTime } from '../../support/waiting/measured.js';

const LIMIT = 4;
const PATIENCE_MS = 3_000;

(hasRedis ? describe : describe.skip)(
  'two processes that share Redis (needs redis-server on the path)',
  () => {
    let redis: PrivateRedis;
    let one: TestApp;
    let two: TestApp;
    let erp: Erp;
    let elsewhere: Client;
    beforeEach(async () => {
      redis = await startRedis();
      const settings = {
        REDIS_URL: redis.url,
        RATE_LIMIT_PER_MINUTE: String(LIMIT),
        AUTH_FAILURES_PER_MINUTE: '100',
      };
      one = await startApp(settings);
      two = await startApp(settings, one.env);
      erp = await givenErp(one);
      elsewhere = new Client(two.url, erp.token);
      const probe = await givenErp(one);
      await until(async () => {
        const { headers } = await new Client(two.url, probe.token).get('/auth/test');
        return headers.get('x-ratelimit-remaining') === '0';
      });
    });
    afterEach(async () => {
      await Promise.all([one.close(), two.close()]);
      await redis.stop();
    });

    it('count the calls of a token together', async () => {
      const statuses: number[] = [];
      for (const client of [erp.client, elsewhere, erp.client, elsewhere, erp.client, elsewhere]) {
        statuses.push((await client.get('/auth/test')).status);
      }
      expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);
    });

    it('open one connection each', async () => {
      const outside = new Redis(redis.url);
      const connections = String(await outside.client('LIST'))
        .trim()
        .split('\n');
      outside.disconnect();
      expect(connections).toHaveLength(3);
    });

    it('go on, each with its own count, while Redis is gone', async () => {
      await erp.client.get('/auth/test');
      await redis.stop();
      const answers = [await erp.client.get('/auth/test'), await elsewhere.get('/auth/test')];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(answers.map(({ headers }) => headers.get('x-ratelimit-limit'))).toEqual(['4', '4']);
      expect((await new Client(one.url, `eudr_live_${'0'.repeat(48)}`).get('/auth/test')).status).toBe(401);
    });

    // A machine that vanishes closes no connection: nothing is refused, answers just do not come.
    it('go on while Redis holds the connection but does not answer', async () => {
      redis.child.kill('SIGSTOP');
      const begun = performance.now();
      expect((await erp.client.get('/auth/test')).status).toBe(200);
      expectInTime(performance.now() - begun, PATIENCE_MS);
    });
  },
);

(hasRedis ? it : it.skip)('a process says once that Redis went away, and once that it is back', async () => {
  const redis = await startRedis();
  const app = await startApp({ REDIS_URL: redis.url });
  const client = app.nest.get(RedisConnection).client as Redis;
  const told = (what: string): number => app.log.filter((line) => line.includes(what)).length;
  await until(() => Promise.resolve(client.status === 'ready'));
  await redis.stop();
  // The connection that breaks and those that are refused are two reasons.
  for (let attempts = 0; attempts < 5; attempts += 1)
    await new Promise((resolve) => client.once('reconnecting', resolve));
  const away = told('redis disconnected');
  expect([1, 2]).toContain(away);
  expect(told('redis reconnected')).toBe(0);
  const again = await startRedis([], Number(new URL(redis.url).port));
  await until(() => Promise.resolve(told('redis reconnected') > 0));
  expect([told('redis disconnected'), told('redis reconnected')]).toEqual([away, 1]);
  await app.close();
  await again.stop();
});

it('a process whose Redis was never there counts for itself', async () => {
  const app = await startApp({ REDIS_URL: 'redis://127.0.0.1:1', RATE_LIMIT_PER_MINUTE: '2' });
  const { client } = await givenErp(app);
  const statuses: number[] = [];
  for (let call = 0; call < 3; call += 1) statuses.push((await client.get('/auth/test')).status);
  await app.close();
  expect(statuses).toEqual([200, 200, 429]);
});
