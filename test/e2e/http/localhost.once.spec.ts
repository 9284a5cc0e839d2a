import { once } from 'node:events';
import { connect } from 'node:net';
import { freshDatabase } from '../../support/databases/database.js';
import { startServer } from '../../support/processes/processes.js';

it('HOST=localhost listens once, so that no second listener lacks the limits of the first', async () => {
  const server = await startServer(await freshDatabase(), { HOST: 'localhost' });
  try {
    const { hostname, port } = new URL(server.url);
    expect(hostname).toBe('127.0.0.1');
    const other = connect(Number(port), '::1');
    const outcome = await Promise.race([
      once(other, 'connect').then(() => 'connected'),
      once(other, 'close').then(() => 'refused'),
    ]).catch(() => 'refused');
    other.destroy();
    expect(outcome).toBe('refused');
  } finally {
    await server.kill('SIGTERM');
  }
});
