import { startApp } from '../../support/app/app.js';
import { givenErp, suppliers } from '../../support/app/factories.js';
import { freshDatabase } from '../../support/databases/database.js';
import { canKillDatabase, startTlsDatabase } from '../../support/databases/private-database.js';
import type { PrivateServer } from '../../support/databases/private-server.js';
import { killLeftServers, startServer, until } from '../../support/processes/processes.js';
import { type PemFiles, writePemFiles } from '../../support/tls/pem-files.js';

type Certificate = 'local' | 'elsewhere' | 'none';

(canKillDatabase ? describe : describe.skip)('a database server that demands TLS', () => {
  let files: PemFiles;
  let urls: Record<Certificate, string>;
  let servers: PrivateServer[];
  beforeAll(async () => {
    files = writePemFiles();
    const [local, elsewhere, none] = await Promise.all([
      startTlsDatabase(files, 'local'),
      startTlsDatabase(files, 'elsewhere'),
      startTlsDatabase(files, 'none'),
    ]);
    urls = { local: local.url, elsewhere: elsewhere.url, none: none.url };
    servers = [local, elsewhere, none].map(({ server }) => server);
  });
  afterEach(killLeftServers);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const urlOf = (
    certificate: Certificate,
    mode: string,
    authority?: 'authority' | 'otherAuthority',
  ): string => {
    const ca = authority ? `&ssl-ca=${encodeURIComponent(files[authority])}` : '';
    return `${urls[certificate]}${mode && `?ssl-mode=${mode}`}${ca}`;
  };

  it.each([
    ['REQUIRED', 'elsewhere', undefined],
    ['VERIFY_CA', 'elsewhere', 'authority'],
    ['VERIFY_IDENTITY', 'local', 'authority'],
  ] as const)(
    'is worked with by ssl-mode=%s, its certificate being for %s',
    async (mode, certificate, ca) => {
      const { DATA_DIR } = await freshDatabase();
      const app = await startApp({}, { DATA_DIR, DATABASE_URL: urlOf(certificate, mode, ca) });
      const ciphers = await app.database.select<{ Value: string }>("SHOW STATUS LIKE 'Ssl_cipher'");
      expect(ciphers[0]?.Value).toMatch(/^TLS_|^ECDHE/);
      const { client } = await givenErp(app);
      expect((await client.post('/suppliers', { suppliers: suppliers(2, 'S') })).body.created).toBe(2);
      expect((await client.get('/health/ready')).status).toBe(200);
      await app.close();
    },
  );

  it.each([
    ['without TLS', 'local', '', undefined, /refuses the log-in.* add ssl-mode|add ssl-mode/],
    [
      'by an authority that did not sign it',
      'local',
      'VERIFY_CA',
      'otherAuthority',
      /certificate is refused/,
    ],
    ['by the public authorities', 'local', 'VERIFY_IDENTITY', undefined, /certificate is refused/],
    [
      'by another name',
      'elsewhere',
      'VERIFY_IDENTITY',
      'authority',
      /certificate is refused: check ssl-ca and the host/,
    ],
    ['where it offers none', 'none', 'REQUIRED', undefined, /offers no TLS, which ssl-mode/],
  ] as const)(
    'is not worked with %s, and the log says how to mend that',
    async (_, certificate, mode, ca, mend) => {
      const { DATA_DIR } = await freshDatabase();
      const server = await startServer({ DATA_DIR, DATABASE_URL: urlOf(certificate, mode, ca) });
      await until(() => Promise.resolve(server.log.some((line) => line.includes('retrying'))));
      const line = server.log.find((one) => one.includes('retrying')) ?? '';
      expect(line).toMatch(mend);
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
      expect(await server.kill('SIGTERM')).toBe(0);
    },
  );
});
