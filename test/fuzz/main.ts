import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import mysql from 'mysql2/promise';
import { databaseServer } from '../support/databases/database-server.js';
import type { FuzzResult } from './run.js';

interface Options {
  requests: number;
  seed: number;
  engine?: 'embedded' | 'server';
}

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));
const MAX_SEED = 2 ** 31;

const program = new Command('test:fuzz')
  .description('sends random requests of every operation of openapi.json, and checks every answer')
  .option('--requests <n>', 'how many, on each engine', wholeNumber, 20_000)
  .option('--seed <n>', 'repeats the requests of another run', wholeNumber, randomInt(MAX_SEED))
  .addOption(new Option('--engine <name>', 'only this one').choices(['embedded', 'server']));

function wholeNumber(given: string): number {
  if (!/^\d{1,10}$/.test(given)) throw new InvalidArgumentError('Give a whole number.');
  return Number(given);
}

async function onEmbedded(options: Options): Promise<boolean> {
  return inFolder((DATA_DIR) => run('Embedded SQLite', { DATA_DIR }, options));
}

async function onServer(options: Options): Promise<boolean> {
  const server = await databaseServer([]);
  if (!server) throw new Error('No MySQL or MariaDB was found. --engine embedded does without.');
  const name = `eudr_fuzz_${randomBytes(6).toString('hex')}`;
  const execute = async (statement: string): Promise<void> => {
    const connection = await mysql.createConnection(server.url);
    await connection.query(statement);
    await connection.end();
  };
  try {
    await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    const DATABASE_URL = `${server.url}/${name}`;
    return await inFolder((DATA_DIR) => run(server.version, { DATA_DIR, DATABASE_URL }, options));
  } finally {
    await execute(`DROP DATABASE IF EXISTS ${name}`).finally(server.stop);
  }
}

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'eudr-fuzz-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  engine: string,
  env: Record<string, string>,
  { requests, seed }: Options,
): Promise<boolean> {
  process.stderr.write(`${engine}: ${requests} requests, --seed ${seed}\n`);
  const child = spawn(process.execPath, [CHILD, String(requests), String(seed)], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  if (code !== 0) throw new Error(`the run on ${engine} ended with ${code}`);
  const result = JSON.parse(output) as FuzzResult;
  process.stdout.write(reportOf(engine, result));
  return result.findings.length === 0 && result.requests === requests;
}

function reportOf(engine: string, { requests, statuses, slowest, findings, errors }: FuzzResult): string {
  const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  const lines = [
    `${engine}: ${requests} requests, slowest ${slowest} ms, ${findings.length} findings`,
    `  ${counts.join(', ')}`,
    ...findings.map(({ problem, count, example }) => `  ${count} x ${problem}\n      ${example}`),
    ...(findings.length > 0 ? errors.map((line) => `  log: ${line.trim()}`) : []),
  ];
  return `${lines.join('\n')}\n`;
}

async function main(): Promise<void> {
  const options = program.parse().opts<Options>();
  const results: boolean[] = [];
  if (options.engine !== 'server') results.push(await onEmbedded(options));
  if (options.engine !== 'embedded') results.push(await onServer(options));
  process.exitCode = results.every(Boolean) ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`The run failed: ${(error as Error).message}\n`);
  process.exit(1);
});
