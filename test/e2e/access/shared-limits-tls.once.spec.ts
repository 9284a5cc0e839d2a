import { startApp, type TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import { Client } from '../../support/http/client.js';
import { until } from '../../support/processes/processes.js';
import { hasRedisTls, type PrivateRedis, startRedis } from '../../support/processes/redis.js';
import { type PemFiles, writePemFiles } from '../../support/tls/pem-files.js';

const LIMIT = 4;

(hasRedisTls ? describe : describe.skip)(
  'two processes and a Redis that demands TLS (needs a redis-server with TLS)',
  () => {
    const apps: TestApp[] = [];
    let redis: PrivateRedis;
    let files: PemFiles;
    beforeAll(() => {
      files = writePemFiles();
    });
    afterEach(async () => {
      await Promise.all(apps.splice(0).map((app) => app.close()));
      await redis.stop();
    });

    async function startTwo(
      certificate: 'local' | 'elsewhere',
      authority: 'authority' | 'otherAuthority',
    ): Promise<[TestApp, TestApp]> {
      const tls = { '--tls-ca-cert-file': files.authority, '--tls-cert-file': files[certificate] };
      const more = { ...tls, '--tls-key-file': files.key, '--tls-auth-clients': 'no' };
      redis = await startRedis(Object.entries(more).flat());
      const url = `${redis.url.replace('127.0.0.1', 'localhost')}?ssl-ca=${encodeURIComponent(files[authority])}`;
      const settings = { REDIS_URL: url, RATE_LIMIT_PER_MINUTE: String(LIMIT) };
      const one = await startApp(settings);
      const two = await startApp(settings, one.env);
      apps.push(one, two);
      return [one, two];
    }

    /** How many calls of one token are let through while its calls go to both in turn. */
    async function calls([one, two]: [TestApp, TestApp]): Promise<number> {
      const { token } = await givenErp(one);
      const statuses: number[] = [];
      for (let round = 0; round < LIMIT; round += 1) {
        for (const { url } of [one, two])
          statuses.push((await new Client(url, token).get('/auth/test')).status);
      }
      return statuses.filter((status) => status === 200).length;
    }

    it('count together, where its certificate is for its name and of the given authority', async () => {
      const both = await startTwo('local', 'authority');
      // Until both are connected, each counts for itself.
      await until(async () => (await calls(both)) === LIMIT);
    });

    it.each([
      ['of another authority', 'local', 'otherAuthority', /certificate/],
      ['for another name', 'elsewhere', 'authority', /altnames/],
    ] as const)(
      'count each for itself where its certificate is %s, and say why',
      async (_, certificate, ca, why) => {
        const both = await startTwo(certificate, ca);
        // A first try may time out on a busy machine.
        const isTold = (line: string): boolean => line.includes('redis disconnected') && why.test(line);
        await until(() => Promise.resolve(both[0].log.some(isTold)));
        expect(await calls(both)).toBe(2 * LIMIT);
      },
    );
  },
);
