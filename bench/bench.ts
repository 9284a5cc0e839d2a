import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { databaseServer } from '../test/support/databases/database-server.js';
import { leaveServerCore } from './processes.js';
import { reportOf } from './report.js';
import type { EngineJob, EngineResult } from './results.js';

const USAGE = `npm run bench -- [--quick] [--engine embedded|server] [--only PART] [--json FILE]
  --quick    100,000 rows instead of 1,000,000, fewer and shorter rounds
  --engine   only this one
  --only     only the comparisons whose name contains this: "(a)", "upsert", "size"
  --json     also writes the figures to a file
`;

/** For the whole large table, as a server in production would have it. */
const ROOM = ['--innodb-buffer-pool-size=2G', '--innodb-log-file-size=1G', '--max-connections=200'];

const SMALL_TABLE = 10_000;
const FULL = {
  pace: { warmUpSeconds: 8, rounds: 9, seconds: 2 },
  smallTable: SMALL_TABLE,
  largeTable: 1_000_000,
};
const QUICK = {
  pace: { warmUpSeconds: 8, rounds: 4, seconds: 1 },
  smallTable: SMALL_TABLE,
  largeTable: 100_000,
};

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** The engine is fixed when the product's modules load, so each has a process of its own. */
async function measure(engine: string, serverUrl?: string): Promise<EngineResult> {
  const folder = mkdtempSync(join(tmpdir(), 'eudr-bench-'));
  const job: EngineJob = {
    engine,
    folder,
    only: options.only,
    ...(options.quick ? QUICK : FULL),
    ...(serverUrl ? { serverUrl } : {}),
  };
  const script = fileURLToPath(new URL('./engine-run.js', import.meta.url));
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...(serverUrl ? { DATABASE_URL: `${serverUrl}/bench` } : {}),
  };
  const child = fork(script, [JSON.stringify(job)], { env, serialization: 'advanced' });
  const answered = once(child, 'message');
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The measurements on ${engine} failed; the servers' logs are in ${folder}`);
  const [result] = (await answered) as [EngineResult];
  rmSync(folder, { recursive: true, force: true });
  return result;
}

async function measureServer(): Promise<EngineResult[]> {
  const server = await databaseServer(ROOM);
  if (!server) {
    process.stderr.write('No MySQL or MariaDB was found: its half is not measured.\n');
    return [];
  }
  try {
    return [await measure(server.version, server.url)];
  } finally {
    await server.stop();
  }
}

async function main(): Promise<void> {
  if (options.help) return void process.stdout.write(USAGE);
  // Ctrl-C reaches the measuring process too; when that has ended, this one cleans up.
  process.on('SIGINT', () => undefined);
  leaveServerCore();
  const results: EngineResult[] = [];
  if (options.engine !== 'server') results.push(await measure('Embedded SQLite'));
  if (options.engine !== 'embedded') results.push(...(await measureServer()));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(`\n${reportOf(results, options.quick)}`);
}

await main();
