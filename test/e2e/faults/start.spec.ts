import { command } from '../../support/app/commands.js';
import type { DatabaseEnv } from '../../support/databases/database.js';
import { emptyDatabases } from '../../support/databases/private-database.js';
import { connect } from '../../support/databases/open-database.js';
import {
  eudr,
  killLeftServers,
  type ServerProcess,
  serverThatEnds,
  startServer,
  untilReady,
} from '../../support/processes/processes.js';

const emptyDatabase = emptyDatabases();
afterEach(killLeftServers);

const stopAll = (servers: ServerProcess[]): Promise<unknown> =>
  Promise.all(servers.map((server) => server.kill('SIGTERM')));

describe('starting on an empty database', () => {
  it('two processes at once both become ready, and one of them migrates', async () => {
    const env = await emptyDatabase();
    const servers = await Promise.all([startServer(env), startServer(env)]);
    await Promise.all(servers.map(({ url }) => untilReady(url)));
    const dataSource = await connect(env);
    expect(await dataSource.query('SELECT name FROM migrations')).toHaveLength(dataSource.migrations.length);
    await dataSource.destroy();
    await stopAll(servers);
  });

  it('a process that may not migrate exits non-zero and says what to run', async () => {
    const { code, stdout, stderr } = await serverThatEnds({
      ...(await emptyDatabase()),
      MIGRATE_ON_START: 'false',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/npm run eudr -- migrate/);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });

  it('what that message says to run makes the next start succeed', async () => {
    const env = await emptyDatabase();
    expect((await command(env, 'migrate')).code).toBe(0);
    const server = await startServer(env, { MIGRATE_ON_START: 'false' });
    await untilReady(server.url);
    expect(await server.kill('SIGTERM')).toBe(0);
  });
});

describe('starting on a database that a later version has migrated', () => {
  /** A database as the next version leaves it. */
  async function givenAhead(): Promise<DatabaseEnv> {
    const env = await emptyDatabase();
    expect((await command(env, 'migrate')).code).toBe(0);
    const dataSource = await connect(env);
    await dataSource.query("INSERT INTO migrations (timestamp, name) VALUES (1, 'FromTomorrow1')");
    await dataSource.destroy();
    return env;
  }

  it.each(['true', 'false'])(
    'ends with what to do, whatever MIGRATE_ON_START (%s) is',
    async (MIGRATE_ON_START) => {
      const { code, stdout, stderr } = await serverThatEnds({ ...(await givenAhead()), MIGRATE_ON_START });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /ahead of this version: .* FromTomorrow1\. Start the version that made them or a later one/,
      );
      expect(stdout + stderr).not.toMatch(/^\s+at /m);
    },
  );

  it('no command touches it either', async () => {
    const env = await givenAhead();
    for (const args of [['migrate'], ['bootstrap', '--company', 'Acme'], ['worker']]) {
      const { code, stderr } = await eudr(env, ...args);
      expect([args[0], code]).toEqual([args[0], 1]);
      expect(stderr).toMatch(/ahead of this version/);
    }
  });

  it('a process that serves already goes on', async () => {
    const env = await emptyDatabase();
    const server = await startServer(env);
    await untilReady(server.url);
    const dataSource = await connect(env);
    await dataSource.query("INSERT INTO migrations (timestamp, name) VALUES (1, 'FromTomorrow1')");
    await dataSource.destroy();
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect(await server.kill('SIGTERM')).toBe(0);
  });
});
