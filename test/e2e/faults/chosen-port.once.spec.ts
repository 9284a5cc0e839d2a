import { command, commandReading } from '../../support/app/commands.js';
import { freshDatabase } from '../../support/databases/database.js';
import { Client } from '../../support/http/client.js';
import { killLeftServers, startServer } from '../../support/processes/processes.js';

const EMAIL = 'ada@acme.example';
const PASSWORD = 'correct horse battery staple';
const AUTH = '/api/v1/auth';

afterEach(killLeftServers);

it('with PORT=0 links name the port that is listened on, and tokens live on after a restart on another', async () => {
  const env = await freshDatabase();
  expect((await command(env, 'migrate')).code).toBe(0);
  const admin = ['--email', EMAIL, '--password-stdin'];
  expect((await commandReading(PASSWORD, env, 'bootstrap', '--company', 'Acme', ...admin)).code).toBe(0);
  let token: string | undefined;
  for (const start of [1, 2]) {
    const server = await startServer(env, { PORT: '0' });
    const login = { username: EMAIL, password: PASSWORD };
    token ??= (await new Client(server.url).post(`${AUTH}/login/`, login)).body.access_token as string;
    const client = new Client(server.url, token);
    for (const name of ['A', 'B']) {
      const expiration_time = new Date(Date.now() + 3_600_000).toISOString();
      await client.post(`${AUTH}/private_tokens/`, { name: `${name}${start}`, expiration_time });
    }
    const { status, body } = await client.get(`${AUTH}/private_tokens/?page_size=1`);
    expect([status, body.count, new URL(body.next as string).port]).toEqual([
      200,
      2 * start,
      new URL(server.url).port,
    ]);
    await server.kill('SIGTERM');
  }
});
