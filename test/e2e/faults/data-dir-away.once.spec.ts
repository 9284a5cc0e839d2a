import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '../../support/http/client.js';
import { type DatabaseEnv, freshDatabase } from '../../support/databases/database.js';
import { settledOrWaiting } from '../../support/waiting/signal.js';
import { connect } from '../../support/databases/open-database.js';
import { bootstrapped, killLeftServers, startServer, untilReady } from '../../support/processes/processes.js';
import { expectInTime } from '../../support/waiting/measured.js';

describe('while the embedded database cannot be opened', () => {
  afterEach(killLeftServers);

  /** A database that is set up, in a folder that can be put away and back. */
  async function givenFolder(): Promise<{
    env: DatabaseEnv;
    token: string;
    away: () => void;
    back: () => void;
  }> {
    const outer = (await freshDatabase()).DATA_DIR;
    const env = { DATA_DIR: join(outer, 'data') };
    const token = await bootstrapped(env);
    const kept = join(mkdtempSync(join(outer, 'kept-')), 'data');
    return {
      env,
      token,
      away: () => {
        renameSync(env.DATA_DIR, kept);
        writeFileSync(env.DATA_DIR, 'a file where the folder should be');
      },
      back: () => {
        rmSync(env.DATA_DIR);
        renameSync(kept, env.DATA_DIR);
      },
    };
  }

  it('the server lives, answers 503, and works by itself once it can be', async () => {
    const { env, token, away, back } = await givenFolder();
    away();
    const server = await startServer(env);
    const client = new Client(server.url, token);
    expect((await client.get('/health/live')).status).toBe(200);
    for (const path of ['/health/ready', '/suppliers']) {
      const { status, body, headers } = await client.get(path);
      expect([status, body.error, body.requestId]).toEqual([
        503,
        'SERVICE_UNAVAILABLE',
        headers.get('x-request-id'),
      ]);
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    back();
    await untilReady(server.url);
    expect((await client.get('/suppliers')).status).toBe(200);
    expect(await server.kill('SIGTERM')).toBe(0);
  });

  it('SIGTERM ends the server with 0', async () => {
    const { env, away } = await givenFolder();
    away();
    const server = await startServer(env);
    const begun = performance.now();
    expect(await server.kill('SIGTERM')).toBe(0);
    expectInTime(performance.now() - begun, 10_000);
  });

  it('a server that starts on an empty file to which another process writes waits instead of ending', async () => {
    const env = await freshDatabase();
    const other = await connect(env);
    const writing = other.createQueryRunner();
    await writing.startTransaction();
    const server = await startServer(env);
    await settledOrWaiting(server.exited);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
    await writing.rollbackTransaction();
    await other.destroy();
    await untilReady(server.url);
    expect(await server.kill('SIGTERM')).toBe(0);
  });
});
