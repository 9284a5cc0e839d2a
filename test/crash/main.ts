import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import mysql from 'mysql2/promise';
import { databaseServer } from '../support/databases/database-server.js';
import { killLeftServers } from '../support/processes/processes.js';
import type { Crew } from './fleet.js';
import { tableOf, type EngineResult } from './report.js';
import { crashRun, isSound } from './run.js';

interface Options {
  minutes: number;
  kills?: number;
  engine?: 'embedded' | 'server';
  seed?: string;
  json?: boolean;
}

const EMBEDDED_CREW: Crew = { servers: 1, worker: false };
const SERVER_CREW: Crew = { servers: 2, worker: true };
const SERVER_OPTIONS = ['--max-connections=200'];

const program = new Command('test:crash')
  .description(
    'kills the product at random moments under load, and checks that nothing is lost or duplicated',
  )
  .option('--minutes <n>', 'how long each engine runs', positive, 5)
  .option('--kills <n>', 'ends a run after so many kills', positive)
  .addOption(new Option('--engine <name>', 'only this one').choices(['embedded', 'server']))
  .option('--seed <text>', 'repeats the random choices of another run')
  .option('--json', 'prints JSON and nothing else on standard output');

async function onEmbedded(options: Options): Promise<EngineResult> {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'eudr-crash-'));
  try {
    return await run('Embedded SQLite', { DATA_DIR }, EMBEDDED_CREW, options);
  } finally {
    rmSync(DATA_DIR, { recursive: true, force: true });
  }
}

async function onServer(options: Options): Promise<EngineResult> {
  const server = await databaseServer(SERVER_OPTIONS);
  if (!server) throw new Error('No MySQL or MariaDB was found. --engine embedded does without.');
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'eudr-crash-'));
  const name = `eudr_crash_${randomBytes(6).toString('hex')}`;
  try {
    await execute(server.url, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    return await run(
      server.version,
      { DATA_DIR, DATABASE_URL: `${server.url}/${name}` },
      SERVER_CREW,
      options,
    );
  } finally {
    await execute(server.url, `DROP DATABASE IF EXISTS ${name}`).finally(server.stop);
    rmSync(DATA_DIR, { recursive: true, force: true });
  }
}

async function run(
  engine: string,
  env: { DATA_DIR: string; DATABASE_URL?: string },
  crew: Crew,
  { minutes, kills, seed = randomBytes(6).toString('hex') }: Options,
): Promise<EngineResult> {
  process.stderr.write(
    `${engine}: ${kills ?? 'no limit of'} kills, at most ${minutes} min, --seed ${seed}\n`,
  );
  const result = await crashRun({ env, crew, seed, kills, seconds: minutes * 60 });
  return { engine, ...result };
}

async function execute(url: string, statement: string): Promise<void> {
  const connection = await mysql.createConnection(url);
  await connection.query(statement);
  await connection.end();
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError('Give a number above 0.');
}

async function main(): Promise<void> {
  const options = program.parse().opts<Options>();
  process.once('exit', killLeftServers);
  const results: EngineResult[] = [];
  if (options.engine !== 'server') results.push(await onEmbedded(options));
  if (options.engine !== 'embedded') results.push(await onServer(options));
  process.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : tableOf(results));
  process.exitCode = results.every(isSound) ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`The run failed: ${(error as Error).message}\n`);
  process.exit(1);
});
