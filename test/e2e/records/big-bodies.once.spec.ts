import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { startApp, type TestApp } from '../../support/app/app.js';
import { type Erp, givenErp, suppliers } from '../../support/app/factories.js';

const BODY_BYTES = 10 * 1024 * 1024;
/** So that 500 rows are more than 64 kB. */
const LONG = 'x'.repeat(200);

let app: TestApp;
const open: ClientRequest[] = [];
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.splice(0).forEach((sent) => sent.destroy()));
afterAll(() => app.close());

/** Announces a bulk call of 10 MB and sends nothing of it; resolves where the server answers all the same. */
function announce({ token }: Erp): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': BODY_BYTES,
  };
  const sent = request(`${app.url}/api/v1/integration/suppliers`, { method: 'POST', headers, agent: false });
  open.push(sent);
  sent.on('error', () => undefined).flushHeaders();
  return new Promise((resolve) => sent.once('response', resolve));
}

/** So many such calls at once: the answers of those that are refused, once there are so many. */
async function refused(erp: Erp, calls: number, refusals: number): Promise<IncomingMessage[]> {
  const answers: IncomingMessage[] = [];
  await new Promise<void>((resolve) => {
    for (let call = 0; call < calls; call += 1) {
      void announce(erp).then((answer) => {
        answers.push(answer);
        if (answers.length === refusals) resolve();
      });
    }
  });
  return answers;
}

it('one company’s large bodies at once have a bound, and others’ go on within theirs', async () => {
  const [greedy, second, third, last] = (await Promise.all([1, 2, 3, 4].map(() => givenErp(app)))) as [
    Erp,
    Erp,
    Erp,
    Erp,
  ];
  for (const { statusCode, headers } of await refused(greedy, 50, 47)) {
    expect([statusCode, headers['retry-after']]).toEqual([429, '2']);
  }
  const small = await greedy.client.post('/suppliers', { suppliers: suppliers(3, 'SMALL') });
  expect(small.status).toBe(200);
  const large = await second.client.post('/suppliers', {
    suppliers: suppliers(500, 'LARGE', { name: LONG }),
  });
  expect(large.status).toBe(200);
  const [own] = await refused(second, 3, 1);
  expect(own?.statusCode).toBe(429);
  void announce(third);
  const [whole] = await refused(last, 1, 1);
  expect([whole?.statusCode, whole?.headers['retry-after']]).toEqual([503, '2']);
});

it('what is over, answered or broken off, counts no more', async () => {
  const erp = await givenErp(app);
  for (let round = 0; round < 3; round += 1) {
    await refused(erp, 5, 2);
    const closed = open.map((sent) => new Promise((resolve) => sent.once('close', resolve)));
    open.splice(0).forEach((sent) => sent.destroy());
    await Promise.all(closed);
  }
  for (let round = 0; round < 5; round += 1) {
    expect(
      (await erp.client.post('/suppliers', { suppliers: suppliers(500, 'L', { name: LONG }) })).status,
    ).toBe(200);
  }
});
