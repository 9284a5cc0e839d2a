import { readFileSync } from 'node:fs';
import { type Erp, suppliers } from '../support/app/factories.js';
import type { Client } from '../support/http/client.js';
import { sendLargeBodies } from '../support/processes/large-bodies.js';
import type { ServerProcess } from '../support/processes/processes.js';
import { startForTwoCompanies } from '../support/processes/two-companies.js';
import { expectFair, p95 } from '../support/waiting/fairness.js';

const BODIES = 50;
const BODY_BYTES = 10 * 1024 * 1024;
/** With nothing to do the server takes about 200 MB. Bodies share 64 MB, and each is read into a few copies. */
const MAX_PEAK_BYTES = 600 * 1024 ** 2;

let server: ServerProcess;
let greedy: Erp;
let other: Client;
beforeAll(async () => {
  ({ server, greedy, other } = await startForTwoCompanies());
});
afterAll(() => server.kill('SIGTERM'));

/** A bulk call of 10 MB, most of it white space. */
const body = `${JSON.stringify({ suppliers: suppliers(500, 'BIG') })
  .slice(0, -1)
  .padEnd(BODY_BYTES - 1)}}`;

/** The most memory that the server has taken so far. */
function peakBytes(): number {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

const step =
  (round: string) =>
  async (sample: number): Promise<void> => {
    const { status } = await other.post('/suppliers', { suppliers: suppliers(1, `${round}${sample}`) });
    expect(status).toBe(200);
  };

it.each([
  ['come bit by bit', true],
  ['come at once, again and again', false],
])('a small write beside another company’s 50 bodies of 10 MB that %s', async (how, isTrickled) => {
  const alone = await p95(step(`${how.length}A`));
  const url = `${server.url}/api/v1/integration/suppliers`;
  const bodies = await sendLargeBodies({ url, token: greedy.token, body, callers: BODIES, isTrickled });
  const beside = await p95(step(`${how.length}B`));
  const statuses = await bodies.stop();
  const peak = peakBytes();
  process.stdout.write(
    `50 bodies of 10 MB that ${how}: the server took ${Math.round(peak / 1024 ** 2)} MB.\n`,
  );
  expect(statuses.filter((status) => ![0, 200, 429].includes(status))).toEqual([]);
  expect(peak).toBeLessThan(MAX_PEAK_BYTES);
  expectFair(alone, beside);
});
