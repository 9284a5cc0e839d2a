import { startApp, type TestApp } from '../../support/app/app.js';
import { auditOf } from '../../support/app/audit.js';
import { Client } from '../../support/http/client.js';
import { givenPerson } from '../../support/people/members.js';
import { givenAccount, signIn } from '../../support/people/accounts.js';
import { PASSWORD } from '../../support/people/usual-password.js';
import { until } from '../../support/processes/processes.js';

const UNKNOWN = `eudr_live_${'f'.repeat(48)}`;
const HOSTILE = [
  'é',
  `${'é'.repeat(200)}`,
  'unknown',
  "1.1.1.1' OR 1=1 --",
  '<script>',
  '[::1',
  '1.2.3.4.5',
  `${'9'.repeat(5_000)}`,
  ', , ,',
  '::ffff:999.1.1.1',
];

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => app.close());

const from = (address: string): Record<string, string> => ({
  // Headers carry bytes; fetch takes them as Latin-1.
  'x-forwarded-for': Buffer.from(address).toString('latin1'),
});

describe('what a proxy forwards in place of an address', () => {
  it.each(HOSTILE)('breaks nothing and is kept nowhere: %.20s', async (text) => {
    const stranger = new Client(app.url);
    const person = await givenPerson(app);
    const account = await givenAccount(app);
    const login = { username: account.email, password: PASSWORD };
    const answers = [
      await stranger.post('/apiops/tokens/leaked/', { tokens: [UNKNOWN] }, from(text)),
      await stranger.post('/api/v1/auth/login/', login, from(text)),
      await person.client.post('/apiops/tokens/', { name: 'A', expires: 'never' }, from(text)),
    ];
    expect(answers.map(({ status }) => status)).not.toContain(500);
    expect(answers[1]?.status).toBe(200);
    const [entry] = await auditOf(app, account.companyId, { action: 'session.signed_in' });
    expect(entry?.address).toBeNull();
    expect(app.log.filter((line) => line.includes('<script>') || line.includes('é'))).toEqual([]);
  });

  it.each([
    ['203.0.113.7:4711', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[2001:DB8::7]:4711', '2001:db8::7'],
    ['fe80::7%eth0', 'fe80::7'],
    ['é, 203.0.113.8:1, 127.0.0.1:80', '203.0.113.8'],
  ])('%s is the address %s', async (text, address) => {
    const account = await givenAccount(app);
    await signIn(app, account.email, PASSWORD, Buffer.from(text).toString('latin1'));
    await until(async () => {
      const [entry] = await auditOf(app, account.companyId, { action: 'session.signed_in' });
      return entry?.address === address;
    });
  });
});
