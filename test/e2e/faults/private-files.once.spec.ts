import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDatabase } from '../../support/databases/database.js';
import {
  eudr,
  killLeftServers,
  startServer,
  startWorker,
  untilReady,
} from '../../support/processes/processes.js';

afterEach(killLeftServers);

/** The path below the folder, and the rights of group and others, of every file and folder there. */
function rightsUnder(folder: string): [path: string, rights: number][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => [
    path,
    statSync(join(folder, path)).mode & 0o077,
  ]);
}

async function productionEnv(keysMode: number): Promise<{ DATA_DIR: string } & Record<string, string>> {
  const { DATA_DIR } = await freshDatabase();
  const JWT_KEYS_FILE = join(DATA_DIR, 'keys.json');
  const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  writeFileSync(JWT_KEYS_FILE, JSON.stringify({ keys: [key] }));
  chmodSync(JWT_KEYS_FILE, keysMode);
  return {
    DATA_DIR,
    JWT_KEYS_FILE,
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://eudr.example',
    SAFE_STORE_PEPPERS: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  };
}

it('what a server and the commands write is for their own user alone, a file of an earlier version too', async () => {
  const { DATA_DIR } = await freshDatabase();
  const folder = join(DATA_DIR, 'made', 'by-itself');
  const server = await startServer({ DATA_DIR: folder });
  await untilReady(server.url);
  await eudr({ DATA_DIR: folder }, 'bootstrap', '--company', 'Acme', '--json');
  await eudr({ DATA_DIR: folder }, 'user:invite', '--company', 'acme', '--email', 'a@acme.example');
  const made = rightsUnder(DATA_DIR);
  expect(made.map(([path]) => path)).toEqual(expect.arrayContaining(['made', 'made/by-itself/eudr.sqlite']));
  expect(made.filter(([, rights]) => rights !== 0)).toEqual([]);
  await server.kill('SIGTERM');

  chmodSync(join(folder, 'eudr.sqlite'), 0o644);
  await startServer({ DATA_DIR: folder });
  expect(rightsUnder(folder).filter(([, rights]) => rights !== 0)).toEqual([]);
});

it('in production a server, a worker and a command refuse keys that others can write, and name the variable', async () => {
  const env = await productionEnv(0o620);
  const refusal = 'JWT_KEYS_FILE: others than its owner can write it';
  await expect(startServer(env)).rejects.toThrow(refusal);
  const worker = startWorker(env);
  expect(await worker.exited).not.toBe(0);
  expect(worker.log.join('\n')).toContain(refusal);
  expect(await eudr(env, 'migrate')).toMatchObject({ code: 1, stderr: expect.stringContaining(refusal) });
});

it('in production a server warns of keys that all can read, and of a data folder that all can write it refuses', async () => {
  const env = await productionEnv(0o604);
  const server = await startServer(env);
  expect(server.log.join('\n')).toContain('JWT_KEYS_FILE: every user of this machine can read it');
  const open = join(env.DATA_DIR, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  await expect(startServer({ ...env, DATA_DIR: open })).rejects.toThrow(
    'DATA_DIR: others than its owner can write it',
  );
});
