import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { SetupService } from '../../../src/management/setup/setup.service.js';
import { startApp } from '../app/app.js';
import type { DatabaseEnv } from '../databases/database.js';

/** A part of the product in its own process, as in production. */
export interface ProductProcess {
  child: ChildProcess;
  /** Its output. */
  log: string[];
  /** Its exit code, or the signal that ended it. */
  exited: Promise<number | string>;
  kill(signal: NodeJS.Signals): Promise<number | string>;
}

/** A listening HTTP process. */
export interface ServerProcess extends ProductProcess {
  url: string;
}

/** The two programs of a build. */
export interface Programs {
  main: string;
  cli: string;
}

/**
 * The programs that were compiled with this file: `npm test` compiles into `dist-test`, the build into
 * `dist`.
 */
const PRESENT = programsIn(fileURLToPath(new URL('../../../', import.meta.url)));
const { main: MAIN, cli: CLI } = PRESENT;

const ANSWER_MS = 30_000;

const running = new Set<ChildProcess>();

/** Kills the servers that a failed test left running. */
export function killLeftServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Returns the programs of a build in a folder. */
export function programsIn(folder: string): Programs {
  return { main: join(folder, 'src/main.js'), cli: join(folder, 'src/cli.js') };
}

/** Starts a server and waits until it listens. Its database may still be away. */
export async function startServer(
  env: DatabaseEnv,
  more: Record<string, string> = {},
  programs = PRESENT,
): Promise<ServerProcess> {
  const server = spawnProduct([programs.main], {
    PORT: '0',
    DRAIN_SECONDS: '0',
    MIGRATE_ON_START: 'true',
    RATE_LIMIT_PER_MINUTE: '0',
    AUTH_FAILURES_PER_MINUTE: '0',
    ...env,
    ...more,
  });
  return { ...server, url: await listeningUrl(server) };
}

/** Starts a worker, which does the background work of the HTTP processes. */
export function startWorker(env: DatabaseEnv, more: Record<string, string> = {}): ProductProcess {
  return spawnProduct([CLI, 'worker'], { ...env, ...more });
}

function spawnProduct(args: string[], env: Record<string, string>): ProductProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const log: string[] = [];
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => log.push(line));
  const kill = (signal: NodeJS.Signals): Promise<number | string> => {
    child.kill(signal);
    return exited;
  };
  return { child, log, exited, kill };
}

function listeningUrl({ child, log, exited }: ProductProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const listening = /"url":"(http:[^"]+)"/.exec(line);
      if (listening && line.includes('"listening"'))
        resolve((listening[1] as string).replace('[::1]', '127.0.0.1'));
    });
    void exited.then((code) => reject(new Error(`the server exited (${code}):\n${log.join('\n')}`)));
  });
}

/** Waits until `GET /health/ready` returns this status. */
export async function untilReady(url: string, status = 200): Promise<void> {
  await until(async () => (await fetch(`${url}/health/ready`)).status === status);
}

/** Polls a condition until it holds. Fails after half a minute. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + ANSWER_MS;
  const holds = (): Promise<boolean> => Promise.resolve().then(condition);
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await wait(50);
  }
}

/** The result of a program that has ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command and waits for its end. */
export function eudr(env: DatabaseEnv, ...args: string[]): Promise<Ended & { code: number }> {
  return eudrReading('', env, ...args);
}

/** Runs a command with a standard input and waits for its end. */
export function eudrReading(
  input: string,
  env: DatabaseEnv,
  ...args: string[]
): Promise<Ended & { code: number }> {
  return eudrOf(PRESENT, input, env, ...args);
}

/** Runs a command of another build, with a standard input. */
export function eudrOf(
  { cli }: Programs,
  input: string,
  env: DatabaseEnv,
  ...args: string[]
): Promise<Ended & { code: number }> {
  return runToEnd([cli, ...args], env, input) as Promise<Ended & { code: number }>;
}

/** Returns all mail that the processes of a database wrote. */
export function mailed({ DATA_DIR }: DatabaseEnv): string {
  const folder = join(DATA_DIR, 'outbox');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

/**
 * Sets up a company like the command `bootstrap`, but in this process, which is faster.
 * @returns its token
 */
export async function bootstrapped(env: DatabaseEnv): Promise<string> {
  const app = await startApp({}, env);
  const { token } = await app.nest.get(SetupService).bootstrap('Acme');
  await app.close();
  return token;
}

/** Runs a server that is expected to end by itself. */
export function serverThatEnds(env: Record<string, string>): Promise<Ended> {
  return runToEnd([MAIN], { PORT: '0', ...env });
}

async function runToEnd(args: string[], env: Record<string, string>, input = ''): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: ANSWER_MS,
    killSignal: 'SIGKILL',
  });
  // A program that fails before it reads closes the pipe. That is not an error of the test.
  child.stdin.on('error', () => undefined).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
