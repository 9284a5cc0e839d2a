import { startApp, type TestApp } from '../support/app/app.js';
import { type Erp, givenErp, givenTokens, suppliers } from '../support/app/factories.js';
import { Client } from '../support/http/client.js';
import { ThreadedClient } from '../support/http/threaded-client.js';
import { type Account, givenAccount } from '../support/people/accounts.js';
import { PASSWORD } from '../support/people/usual-password.js';
import { type ServerProcess, startServer, until, untilReady } from '../support/processes/processes.js';
import { beside, expectFair, p95 } from '../support/waiting/fairness.js';

const GREEDY_FROM = { 'x-forwarded-for': '192.0.2.1' };
const LEAKED_PATH = '/apiops/tokens/leaked/';
/** More than the samples of two runs. */
const LEAKED = 60;
const MAX_IN_ONE_REPORT = 100;
/** An address may send so many a minute. */
const REPORTS = 10;

let app: TestApp;
let erp: Erp;
let account: Account;
let leaked: string[];
let server: ServerProcess;
let stranger: Client;
let greedy: ThreadedClient;
let other: Client;
beforeAll(async () => {
  app = await startApp({ WEBHOOK_DISPATCHER: 'false' });
  erp = await givenErp(app);
  account = await givenAccount(app);
  leaked = await givenTokens(app, await givenErp(app), LEAKED);
  await app.close();
  server = await startServer(app.env, { TRUST_PROXY: '127.0.0.1' });
  await untilReady(server.url);
  stranger = new Client(server.url);
  greedy = new ThreadedClient(server.url);
  other = new Client(server.url, erp.token);
});
afterAll(() => server.kill('SIGTERM'));

let serial = 0;
/** An address that nobody has called from. */
const newAddress = (): typeof GREEDY_FROM => ({ 'x-forwarded-for': `198.51.100.${(serial += 1)}` });

/** Texts of 4 kB that each hold a token that nobody has. */
const unknown = (number: number): string[] =>
  Array.from({ length: MAX_IN_ONE_REPORT }, (_, index) => {
    const digits = (number * MAX_IN_ONE_REPORT + index).toString(16).padStart(48, '0');
    return `eudr_live_${digits} ${'x'.repeat(4_000)}`;
  });

const write = async (round: string, sample: number): Promise<void> => {
  const { status } = await other.post('/suppliers', { suppliers: suppliers(1, `${round}${sample}`) });
  expect(status).toBe(200);
};

it('a sign-in, and a write, beside an address that tries passwords', async () => {
  const step = (round: string) => async (sample: number) => {
    const login = { username: account.email, password: PASSWORD };
    expect((await stranger.post('/api/v1/auth/login/', login, newAddress())).status).toBe(200);
    await write(round, sample);
  };
  const alone = await p95(step('A'));
  const guesses = {
    callers: 32,
    call: (number: number) => {
      const login = { username: `nobody-${number}@acme.example`, password: 'a wrong password' };
      return greedy.post('/api/v1/auth/login/', login, GREEDY_FROM);
    },
    answers: [401, 429, 503],
  };
  expectFair(alone, await beside(guesses, () => p95(step('B'))));
});

it('a report of a leak, until the token is dead, and a write, beside an address that reports all the time', async () => {
  const largest = Array.from({ length: REPORTS }, (_, number) => JSON.stringify({ tokens: unknown(number) }));
  const step = (round: string) => async (sample: number) => {
    const token = leaked.pop() as string;
    expect((await stranger.post(LEAKED_PATH, { tokens: [token] }, newAddress())).status).toBe(202);
    await until(async () => (await new Client(server.url, token).get('/auth/test')).status === 401);
    await write(round, sample);
  };
  const alone = await p95(step('C'));
  const reports = {
    callers: 16,
    call: (number: number) => greedy.post(LEAKED_PATH, largest[number % REPORTS], GREEDY_FROM),
    answers: [202, 429],
  };
  expectFair(alone, await beside(reports, () => p95(step('D'))));
});
