import { startApp, type TestApp } from '../../support/app/app.js';
import type { Answer } from '../../support/http/client.js';
import { type Erp, givenErp, supplier } from '../../support/app/factories.js';
import { until } from '../../support/processes/processes.js';

let app: TestApp;
let erp: Erp;
beforeAll(async () => {
  app = await startApp({ LOG_LEVEL: 'trace' });
});
beforeEach(async () => {
  erp = await givenErp(app);
  app.log.length = 0;
});
afterEach(async () => {
  for (const table of away.splice(0))
    await app.database.dataSource.query(`ALTER TABLE ${table}_away RENAME TO ${table}`);
});
afterAll(() => app.close());

const away: string[] = [];
/** Until the end of the test. */
async function takeAway(table: string): Promise<void> {
  await app.database.dataSource.query(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  away.push(table);
}

type Line = Record<string, unknown>;
const linesOf = (requestId: string): Line[] =>
  app.log.map((line) => JSON.parse(line) as Line).filter((line) => line['requestId'] === requestId);

function expectBare500({ status, headers, body }: Answer): void {
  expect([status, headers.get('content-type'), body]).toEqual([
    500,
    expect.stringMatching(/^application\/json/),
    { error: 'INTERNAL_ERROR', message: expect.any(String), requestId: headers.get('x-request-id') },
  ]);
  expect(JSON.stringify(body)).not.toMatch(
    /select|insert|suppliers|sync_logs|sqlite|mysql|maria|\.ts|\.js|\bat /i,
  );
}

describe('a failure inside', () => {
  it('is a bare 500 for a reader, and whole in the log line of the same request', async () => {
    await takeAway('suppliers');
    const answer = await erp.client.get('/suppliers');
    expectBare500(answer);
    const [failed] = linesOf(String(answer.body.requestId)).filter(({ msg }) => msg === 'request failed');
    expect(failed).toMatchObject({
      level: 50,
      err: { message: expect.stringContaining('suppliers'), stack: expect.any(String) },
    });
  });

  it('is a bare 500 for a writer, of which nothing is stored', async () => {
    await takeAway('sync_logs');
    expectBare500(await erp.client.post('/suppliers', { suppliers: [supplier({ externalId: 'A' })] }));
    expectBare500(await erp.client.put('/suppliers/B', { name: 'B' }));
    const list = await erp.client.get('/suppliers');
    expect([list.body.total, list.body.entities]).toEqual([0, []]);
  });

  it('is a bare 500 in whatever format the caller asked for', async () => {
    await takeAway('suppliers');
    const { status, headers, body } = await erp.client.get('/suppliers', {
      accept: 'application/problem+json',
    });
    expect([status, headers.get('content-type')]).toEqual([
      500,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(body).toMatchObject({
      status: 500,
      code: 'INTERNAL_ERROR',
      requestId: headers.get('x-request-id'),
    });
    expect(JSON.stringify(body)).not.toMatch(/suppliers|select/i);
  });

  it('while a credential is looked up is a bare 500 too', async () => {
    await takeAway('tokens');
    expectBare500(await erp.client.get('/suppliers'));
  });

  it('leaves the server serving', async () => {
    await takeAway('suppliers');
    await Promise.all(Array.from({ length: 20 }, () => erp.client.get('/suppliers')));
    expect((await erp.client.get('/products')).status).toBe(200);
    expect((await erp.client.get('/health/ready')).status).toBe(200);
  });
});

describe('the log', () => {
  const SECRETS = {
    name: 'Fazenda Secreta',
    contactPerson: 'Ana Confidencial',
    email: 'ana@segredo.example',
  };
  const expectNoSecrets = (): void => {
    const log = app.log.join('\n');
    const secrets = [...Object.values(SECRETS), erp.token, erp.token.slice('eudr_live_'.length)];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  };

  it('has one line per request with who, what, how it ended and how long it took', async () => {
    const { headers } = await erp.client.get('/suppliers?limit=1');
    const requestId = headers.get('x-request-id') as string;
    await until(() => Promise.resolve(linesOf(requestId).length > 0));
    expect(linesOf(requestId)).toMatchObject([
      {
        method: 'GET',
        url: '/api/v1/integration/suppliers?limit=1',
        status: 200,
        ms: expect.any(Number),
        ip: '127.0.0.1',
        credentialId: erp.tokenId,
        integrationId: erp.integrationId,
      },
    ]);
  });

  it('holds neither business values nor tokens, whatever comes of the request', async () => {
    await erp.client.post('/suppliers', {
      suppliers: [supplier(SECRETS), supplier({ ...SECRETS, country: 'Nowhere' })],
    });
    await erp.client.post('/suppliers', `{"suppliers": [{"name": "${SECRETS.name}"`);
    await erp.client.put('/suppliers/A', { ...SECRETS, [SECRETS.name]: 1 });
    await erp.client.get(`/suppliers?access_token=${erp.token}`);
    await erp.client.get(`/suppliers/${erp.token}`);
    await erp.client.get('/suppliers', { authorization: `Token ${erp.token}` });
    await erp.client.get('/suppliers', { 'x-request-id': erp.token });
    await erp.client.get(`/nowhere/${erp.token}`);
    await takeAway('sync_logs');
    await erp.client.post('/suppliers', { suppliers: [supplier(SECRETS)] });
    expectNoSecrets();
    expect(app.log.length).toBeGreaterThan(8);
  });

  it('holds no token that an undecodable address hides', async () => {
    const disguised = erp.token.replaceAll('_', '%5F');
    await erp.client.get(`/suppliers?bad=%zz&access_token=${disguised}`);
    await erp.client.get(`/%zz/${disguised}`);
    expectNoSecrets();
  });
});
