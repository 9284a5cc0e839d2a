import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_MS = 30_000;
const SERVER_CORE = '0';
const OTHER_CORE = '1';
/** proc_pid_stat(5), counted from the field after the name. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const TICKS_PER_SECOND = 100;
const DIST = fileURLToPath(new URL('..', import.meta.url));

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

export interface Program {
  /** Path of the script below `dist`. */
  script: string;
  args?: string[];
  env: Record<string, string>;
  /** A path that answers 200 as soon as the server can work. */
  readyPath: string;
  /** Where its output goes. */
  log: string;
  /** It is not what is measured, and so runs on the other core. */
  isHelper?: boolean;
}

/** Whether servers can be kept on one core and everything else on another; of all cores, not of those left to this process. */
export const canPin = cpus().length >= 2 && spawnSync('taskset', ['--version']).status === 0;

/** Keeps this process, and whatever it starts from now on, off the core of the servers under measurement. */
export function leaveServerCore(): void {
  if (canPin) execFileSync('taskset', ['-acp', OTHER_CORE, String(process.pid)], { stdio: 'ignore' });
}

/** Starts a server on the core that is kept for it, and waits until it is ready. */
export async function startServer({
  script,
  args = [],
  env,
  readyPath,
  log,
  isHelper = false,
}: Program): Promise<ServerProcess> {
  const port = await freePort();
  const output = openSync(log, 'a');
  const command = [process.execPath, join(DIST, script), ...args];
  const [program, ...rest] = canPin && !isHelper ? ['taskset', '-c', SERVER_CORE, ...command] : command;
  const child = spawn(program as string, rest, {
    env: { PATH: process.env['PATH'] ?? '', PORT: String(port), ...env },
    stdio: ['ignore', output, output],
  });
  const exited = once(child, 'exit');
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url + readyPath, () => child.exitCode === null, log);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  return { url, pid: child.pid as number, stop };
}

/** Resident memory of a process, in MB. */
export function memoryMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** Processor time that a process has used so far, in seconds; undefined where the system has no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const [, afterName = ''] = readFileSync(file, 'utf8').split(') ');
  const fields = afterName.split(' ');
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function untilReady(url: string, isRunning: () => boolean, log: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (isRunning() && Date.now() < deadline) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    await wait(100);
  }
  throw new Error(`A server did not become ready; see ${log}`);
}
