import { freshDatabase } from '../../support/databases/database.js';
import { killLeftServers, startWorker, until } from '../../support/processes/processes.js';
import { WEBHOOK_ENV } from '../../support/webhooks/webhooks.js';
import { expectInTime } from '../../support/waiting/measured.js';

const STOPPED_MS = 10_000;

afterAll(killLeftServers);

it('a worker whose database is away ends with 0 when told', async () => {
  const away = { ...(await freshDatabase()), DATABASE_URL: 'mysql://nobody@127.0.0.1:9/eudr' };
  const worker = startWorker(away, WEBHOOK_ENV);
  await until(() => Promise.resolve(worker.log.some((line) => line.includes('not reachable'))));
  const begun = performance.now();
  expect(await worker.kill('SIGTERM')).toBe(0);
  expectInTime(performance.now() - begun, STOPPED_MS);
});
