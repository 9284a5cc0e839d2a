import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { findProgram } from './server-engine.js';

const STARTUP_MS = 60_000;

/**
 * A database server of our own.
 * @typedef {object} PrivateServer
 * @property {string} url the server's root, without a database
 * @property {string} version what it calls itself
 * @property {number} pid of its process
 * @property {() => Promise<void>} crash ends it without warning; its data stay
 * @property {() => Promise<void>} restart starts it again, on the same port and data, unless it runs
 * @property {() => Promise<void>} stop ends it and removes everything
 */

/**
 * Starts a MariaDB or MySQL server of our own, on a free port and in a folder of its own.
 * @param {string} program path of mariadbd or mysqld
 * @param {string[]} [more] further options
 * @returns {Promise<PrivateServer>}
 */
export async function startPrivateServer(program, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'eudr-server-'));
  const port = await freePort();
  const options = [...optionsFor(folder, port), ...more];
  initialize(program, join(folder, 'data'), userInfo().username);
  const url = `mysql://root@127.0.0.1:${port}`;
  const server = { url, version: '', pid: 0 };
  let child;
  let exited;
  server.restart = async () => {
    if (child && child.exitCode === null && child.signalCode === null) return;
    child = spawn(program, options, { stdio: 'ignore' });
    exited = new Promise((resolve) => child.once('exit', resolve));
    server.pid = child.pid;
    server.version = await whenUp(url, exited);
  };
  server.crash = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  server.stop = async () => {
    await server.crash();
    rmSync(folder, { recursive: true, force: true });
  };
  await server.restart();
  return server;
}

function optionsFor(folder, port) {
  return [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${join(folder, 'data')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(folder, 's.sock')}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    // As careless as a server may be found: neither strict nor escaping as drivers think it does.
    '--sql-mode=NO_BACKSLASH_ESCAPES',
  ];
}

function initialize(program, data, user) {
  if (program.endsWith('mysqld') && !findProgram('mariadb-install-db')) {
    execFileSync(program, ['--no-defaults', '--initialize-insecure', `--user=${user}`, `--datadir=${data}`], {
      stdio: 'ignore',
    });
    return;
  }
  const install = findProgram('mariadb-install-db');
  const options = [
    '--no-defaults',
    `--user=${user}`,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
  ];
  execFileSync(install, [...options, '--skip-test-db'], { stdio: 'ignore' });
}

async function whenUp(url, exited) {
  let gone = false;
  void exited.then(() => (gone = true));
  const deadline = Date.now() + STARTUP_MS;
  for (;;) {
    try {
      const connection = await mysql.createConnection(url);
      const [[row]] = await connection.query('SELECT VERSION() AS version');
      await connection.end();
      return row.version;
    } catch (error) {
      if (gone || Date.now() > deadline)
        throw new Error(`the private database server did not start`, { cause: error });
      await wait(100);
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
