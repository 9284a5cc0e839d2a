import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DatabaseEnv, freshDatabase } from '../support/databases/database.js';

/** A demo that has printed its report and goes on serving. */
interface RunningDemo {
  report: string;
  port: string;
  stop(): Promise<number>;
}

interface ReferenceParameter {
  in?: string;
  schema?: { example?: string };
}

interface ReferenceDocument {
  paths: Record<string, { get?: { parameters?: (ReferenceParameter & { $ref?: string })[] } }>;
  components: { parameters: Record<string, ReferenceParameter> };
}

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

const curlIt = spawnSync('curl', ['--version']).status === 0 ? it : it.skip;

let database: DatabaseEnv;
let first: RunningDemo;
beforeAll(async () => {
  database = await freshDatabase();
  first = await startDemo({ ...database, PORT: '0' });
});

const running = new Set<ChildProcess>();
afterAll(() => running.forEach((child) => child.kill('SIGKILL')));

it('reports what was accepted and what was refused, and why', () => {
  expect(countsOf(first.report)).toEqual([
    'suppliers 280 created, 0 updated, 209 refused',
    'products 87 created, 0 updated, 0 refused',
    'batches 1130 created, 0 updated, 209 refused',
  ]);
  expect(first.report).toContain('SUP-LOT-0003: Supplier name is required');
  expect(first.report).toContain('LOT-0003: Supplier with externalId "SUP-LOT-0003" not found.');
  expect(first.report).toContain('New drafts of Due Diligence Statements: 1130');
});

it('prints nothing but the report', () => {
  expect(first.report.split('\n').filter((line) => line.startsWith('{'))).toEqual([]);
});

it('serves the documentation at the address it prints', async () => {
  const address = /http:\S+\/docs/.exec(first.report)?.[0] as string;
  const page = await fetch(address);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('swagger-ui')]);
});

describe('its curl lines work as pasted:', () => {
  curlIt('one writes a supplier', async () => {
    expect(await paste(0)).toMatchObject({ success: true, errors: [], records: [{ externalId: 'SUP-003' }] });
  });

  curlIt('one lists three suppliers', async () => {
    const { entities, total } = await paste(1);
    expect(entities).toHaveLength(3);
    expect(total).toBeGreaterThanOrEqual(280);
  });

  curlIt('one reads the statement of a real lot', async () => {
    expect(await paste(2)).toMatchObject({
      batchExternalId: 'LOT-0001',
      product: { hsCode: '0901' },
      supplier: { name: 'metad agricultural developmet plc', country: 'ET' },
      ddsStatus: 'DRAFT',
    });
  });

  curlIt('one lists the integrations as the administrator', async () => {
    expect(await paste(3)).toMatchObject({ data: [{ name: 'Demo ERP' }] });
  });
});

it('has an administrator, who signs in with the password that it prints', async () => {
  const [, username, password] = /signs in as (\S+) with the password (\S+)/.exec(first.report) ?? [];
  const response = await fetch(`http://127.0.0.1:${first.port}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  expect([response.status, await response.json()]).toMatchObject([200, { email: username }]);
});

it('holds the records that the examples of the reference name', async () => {
  const token = /eudr_live_[0-9a-f]{48}/.exec(first.report)?.[0] as string;
  const base = `http://127.0.0.1:${first.port}`;
  const headers = { authorization: `Bearer ${token}` };
  const document = (await (await fetch(`${base}/openapi/integration.json`)).json()) as ReferenceDocument;
  const named = Object.entries(document.paths).flatMap(([path, { get }]) => {
    const ids = (get?.parameters ?? []).flatMap(({ $ref, ...own }) => {
      const name = $ref?.split('/').at(-1);
      const { in: where, schema } = name === undefined ? own : (document.components.parameters[name] ?? {});
      return where === 'path' && schema?.example !== undefined ? [schema.example] : [];
    });
    return ids.map((id) => path.replace(/\{\w+\}/, id));
  });
  expect(named.length).toBeGreaterThanOrEqual(4);
  for (const path of named) {
    const response = await fetch(base + path, { headers });
    await response.arrayBuffer();
    expect([path, response.status]).toEqual([path, 200]);
  }
});

it('says so when its port is in use, and touches nothing', async () => {
  const DATA_DIR = mkdtempSync(join(database.DATA_DIR, 'second-'));
  const { code, stdout, stderr } = await endOf(spawnDemo({ ...database, DATA_DIR, PORT: first.port }));
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`Port ${first.port} is in use`);
  expect(stderr).toContain('PORT=3001 npm run demo');
  expect(readdirSync(DATA_DIR)).toEqual([]);
});

it('is harmless when it runs again: everything is there already', async () => {
  expect(await first.stop()).toBe(0);
  const again = await startDemo({ ...database, PORT: '0' });
  expect(countsOf(again.report)).toEqual([
    'suppliers 0 created, 280 updated, 209 refused',
    'products 0 created, 87 updated, 0 refused',
    'batches 0 created, 1130 updated, 209 refused',
  ]);
  expect(again.report).toContain('New drafts of Due Diligence Statements: 0');
  const token = /eudr_live_[0-9a-f]{48}/.exec(again.report)?.[0] as string;
  const test = await fetch(`http://127.0.0.1:${again.port}/api/v1/integration/auth/test`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await test.json()).toMatchObject({ company: 'demo-coffee-imports', token: { name: 'demo' } });
  expect(await again.stop()).toBe(0);
});

function spawnDemo(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['dist-test/demo/demo.js'], {
    env: { PATH: process.env['PATH'] ?? '', MIGRATE_ON_START: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function startDemo(env: Record<string, string>): Promise<RunningDemo> {
  const child = spawnDemo(env);
  const exited = endOf(child);
  const report = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes('Ctrl-C stops')) resolve(printed);
    });
    void exited.then(({ code, stderr }) => reject(new Error(`the demo exited (${code}): ${stderr}`)));
  });
  const port = /http:\/\/127\.0\.0\.1:(\d+)\/docs/.exec(report)?.[1] as string;
  const stop = (): Promise<number> => {
    child.kill('SIGTERM');
    return exited.then(({ code }) => code);
  };
  return { report, port, stop };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

function countsOf(report: string): string[] {
  const lines = report.match(/^ +(suppliers|products|batches) .*$/gm) ?? [];
  return lines.map((line) => line.trim().replace(/ +/g, ' '));
}

/** Runs a printed call as a shell would, after the exports. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function paste(line: number): Promise<any> {
  const exports = first.report.match(/^export .*$/gm) ?? [];
  const calls = first.report.match(/^curl (?:.*\\\n)*.*$/gm) ?? [];
  const { stdout } = await promisify(execFile)('sh', ['-c', [...exports, calls[line]].join('\n')]);
  return JSON.parse(stdout);
}
