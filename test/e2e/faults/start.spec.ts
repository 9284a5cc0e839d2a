import { freshDatabase, onServer } from '../../support/databases/database.js';
import { connect } from '../../support/databases/open-database.js';
import {
  eudr,
  killLeftServers,
  type ServerProcess,
  serverThatEnds,
  startServer,
  untilReady,
} from '../../support/processes/processes.js';

afterEach(killLeftServers);

const stopAll = (servers: ServerProcess[]): Promise<unknown> =>
  Promise.all(servers.map((server) => server.kill('SIGTERM')));

describe('starting on an empty database', () => {
  it('two processes at once both become ready, and one of them migrates', async () => {
    const env = await freshDatabase();
    const servers = await Promise.all([startServer(env), startServer(env)]);
    await Promise.all(servers.map(({ url }) => untilReady(url)));
    const dataSource = await connect(env);
    expect(await dataSource.query('SELECT name FROM migrations')).toHaveLength(dataSource.migrations.length);
    await dataSource.destroy();
    await stopAll(servers);
  });

  it('a process that may not migrate exits non-zero and says what to run', async () => {
    const { code, stdout, stderr } = await serverThatEnds({
      ...(await freshDatabase()),
      MIGRATE_ON_START: 'false',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/npm run eudr -- migrate/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  it('what that message says to run makes the next start succeed', async () => {
    const env = await freshDatabase();
    expect((await eudr(env, 'migrate')).code).toBe(0);
    const server = await startServer(env, { MIGRATE_ON_START: 'false' });
    await untilReady(server.url);
    expect(await server.kill('SIGTERM')).toBe(0);
  });
});

// The engine has no part in it, so once is enough.
(onServer ? describe.skip : describe)('starting with a wrong configuration', () => {
  const wrong = {
    NODE_ENV: 'produktion',
    PORT: '99999',
    DATABASE_URL: 'postgres://user:hunter2@db.internal/eudr',
    DATABASE_POOL_SIZE: 'many',
    MIGRATE_ON_START: 'perhaps',
    REDIS_URL: 'http://s3cret@cache.internal',
    RATE_LIMIT_PER_MINUTE: '-17',
    METRICS_PORT: '0x1F',
    LOG_LEVEL: 'shouting',
  };

  it('exits non-zero at once and names every wrong variable in one message, with no value', async () => {
    const { code, stdout, stderr } = await serverThatEnds({ ...wrong, METRICS_PORT: 'ninety' });
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(stderr).toMatch(new RegExp(`^\\s*${name}: \\S`, 'm'));
    const shown = stdout + stderr;
    for (const value of [
      'produktion',
      '99999',
      'hunter2',
      'many',
      'perhaps',
      's3cret',
      '-17',
      'ninety',
      'shouting',
    ]) {
      expect(shown).not.toContain(value);
    }
    expect(stdout).toBe('');
  });

  it("an operator's command says the same", async () => {
    const { DATA_DIR } = await freshDatabase();
    const { code, stderr } = await eudr({ DATA_DIR, DATABASE_URL: wrong.DATABASE_URL }, 'token:list');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\s*DATABASE_URL: \S/m)]);
    expect(stderr).not.toContain('hunter2');
  });
});
