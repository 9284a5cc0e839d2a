import { command } from '../../support/app/commands.js';
import { freshDatabase } from '../../support/databases/database.js';
import { connect } from '../../support/databases/open-database.js';
import {
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
    expect((await command(env, 'migrate')).code).toBe(0);
    const server = await startServer(env, { MIGRATE_ON_START: 'false' });
    await untilReady(server.url);
    expect(await server.kill('SIGTERM')).toBe(0);
  });
});
