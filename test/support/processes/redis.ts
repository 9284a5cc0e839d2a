import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { until } from './processes.js';

/** Whether this machine can run a private Redis. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Whether that Redis supports TLS; some builds do not. */
export const hasRedisTls =
  hasRedis && !/unknown|bad directive/i.test(tried('redis-server', ['--tls-port', '0', '--port', 'none']));

function tried(program: string, options: string[]): string {
  const { stdout, stderr } = spawnSync(program, options, { encoding: 'utf8' });
  return stdout + stderr;
}

export interface PrivateRedis {
  url: string;
  child: ChildProcess;
  stop(): Promise<void>;
}

/**
 * Starts a Redis that stores nothing.
 * @param tls options that make it accept only encrypted connections
 * @param at the port; default: a free one
 */
export async function startRedis(tls: string[] = [], at?: number): Promise<PrivateRedis> {
  const port = at ?? (await freePort());
  const ports = tls.length > 0 ? ['--tls-port', String(port), '--port', '0'] : ['--port', String(port)];
  const child = spawn('redis-server', [...ports, ...tls, '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  await until(() => accepts(port));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const scheme = tls.length > 0 ? 'rediss' : 'redis';
  return { url: `${scheme}://127.0.0.1:${port}`, child, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
