import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { versionOf } from './server-version.js';
import { findProgram } from './server-engine.js';

const STARTUP_MS = 60_000;

/** A private database server. */
export interface PrivateServer {
  /** URL without a database. */
  url: string;
  /** Version as the server reports it. */
  version: string;
  /** Id of the server's process. */
  pid: number;
  /** Kills the process. The data stay. */
  crash(): Promise<void>;
  /** Starts the server again with the same port and data, unless it is running. */
  restart(): Promise<void>;
  /** Stops the server and deletes its data. */
  stop(): Promise<void>;
}

/** Starts a MariaDB or MySQL server on a free port, with its own folder. */
export async function startPrivateServer(program: string, more: string[] = []): Promise<PrivateServer> {
  const folder = mkdtempSync(join(tmpdir(), 'eudr-server-'));
  const port = await freePort();
  const options = [...optionsFor(folder, port), ...more];
  initialize(program, join(folder, 'data'), userInfo().username);
  let child: ChildProcess | undefined;
  let exited: Promise<unknown> = Promise.resolve();
  const server: PrivateServer = {
    url: `mysql://root@127.0.0.1:${port}`,
    version: '',
    pid: 0,
    async restart() {
      if (child && child.exitCode === null && child.signalCode === null) return;
      child = spawn(program, options, { stdio: 'ignore' });
      exited = once(child, 'exit');
      server.pid = child.pid as number;
      server.version = await whenUp(server.url, exited);
    },
    async crash() {
      child?.kill('SIGKILL');
      await exited;
    },
    async stop() {
      await server.crash();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.restart();
  return server;
}

function optionsFor(folder: string, port: number): string[] {
  return [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${join(folder, 'data')}`,
    // A starting server deletes the temporary tables of other servers in a shared folder, and those servers
    // crash.
    `--tmpdir=${folder}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 's.sock')}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    // Unusual settings that a server may have: not strict, and without backslash escapes.
    '--sql-mode=NO_BACKSLASH_ESCAPES',
  ];
}

function initialize(program: string, data: string, user: string): void {
  if (program.endsWith('mysqld') && !findProgram('mariadb-install-db')) {
    execFileSync(program, ['--no-defaults', '--initialize-insecure', `--user=${user}`, `--datadir=${data}`], {
      stdio: 'ignore',
    });
    return;
  }
  const install = findProgram('mariadb-install-db') as string;
  const options = [
    '--no-defaults',
    `--user=${user}`,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
  ];
  execFileSync(install, [...options, '--skip-test-db'], { stdio: 'ignore' });
}

async function whenUp(url: string, exited: Promise<unknown>): Promise<string> {
  let gone = false;
  void exited.then(() => (gone = true));
  const deadline = Date.now() + STARTUP_MS;
  for (;;) {
    try {
      const connection = await mysql.createConnection(url);
      const version = await versionOf(connection);
      await connection.end();
      return version;
    } catch (error) {
      if (gone || Date.now() > deadline)
        throw new Error(`the private database server did not start`, { cause: error });
      await wait(100);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
