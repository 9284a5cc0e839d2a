import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startApp, type TestApp } from '../support/app/app.js';
import { type Erp, givenErp } from '../support/app/factories.js';

const run = promisify(execFile);
const bin = (name: string): string => join('node_modules', '.bin', name);
const STRICT = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    outDir: 'out',
    rootDir: '.',
    skipLibCheck: true,
  },
};

/** Sends a supplier, lists it, and prints its external id and name. Compiles only while the types are right. */
const FETCH_PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './integration.js';

const client = createClient<paths>({
  baseUrl: process.env['URL']!,
  headers: { Authorization: \`Bearer \${process.env['TOKEN']}\` },
});
const supplier: components['schemas']['SupplierInput'] = { externalId: 'S-1', name: 'Fazenda' };
const written = await client.POST('/api/v1/integration/suppliers', { body: { suppliers: [supplier] } });
if (written.error) throw new Error(JSON.stringify(written.error));
const created: number = written.data.created;
const listed = await client.GET('/api/v1/integration/suppliers', { params: { query: { limit: 10 } } });
if (listed.error) throw new Error(JSON.stringify(listed.error));
const [first] = listed.data.entities;
const refused = await client.GET('/api/v1/integration/suppliers/{externalId}', { params: { path: { externalId: 'none' } } });
const code = refused.error && 'error' in refused.error ? refused.error.error : undefined;
console.log(JSON.stringify([created, first?.externalId, first?.name, code]));
declare const process: { env: Record<string, string | undefined> };
`;

/** The same with the other generator's client. */
const CLASS_PROGRAM = `
import { Api, type SupplierInput } from './client.js';

const api = new Api({
  baseUrl: process.env['URL']!,
  baseApiParams: { headers: { Authorization: \`Bearer \${process.env['TOKEN']}\` } },
});
const supplier: SupplierInput = { externalId: 'S-2', name: 'Finca' };
const written = await api.api.upsertSuppliers({ suppliers: [supplier] });
const created: number = written.data.created;
const { data } = await api.api.getSupplier('S-2');
const refused = await api.api.getSupplier('none').catch((response: Response) => response.status);
console.log(JSON.stringify([created, data.externalId, data.name, refused]));
declare const process: { env: Record<string, string | undefined> };
`;

let app: TestApp;
let erp: Erp;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  erp = await givenErp(app);
  folder = mkdtempSync(join(tmpdir(), 'eudr-clients-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(STRICT));
  writeFileSync(
    join(folder, 'integration.json'),
    await (await fetch(`${app.url}/openapi/integration.json`)).text(),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await app.close();
});

/** Compiles a program with its generated client, strictly, and returns what it prints. */
async function outputOf(program: string): Promise<unknown> {
  writeFileSync(join(folder, 'program.ts'), program);
  await run(bin('tsc'), ['--project', folder]);
  const env = { PATH: process.env['PATH'], URL: app.url, TOKEN: erp.token };
  const { stdout } = await run(process.execPath, [join(folder, 'out', 'program.js')], { env });
  return JSON.parse(stdout);
}

it('the types of openapi-typescript compile strictly, and openapi-fetch calls the server with them', async () => {
  await run(bin('openapi-typescript'), [
    join(folder, 'integration.json'),
    '-o',
    join(folder, 'integration.d.ts'),
  ]);
  expect(await outputOf(FETCH_PROGRAM)).toEqual([1, 'S-1', 'Fazenda', 'NOT_FOUND']);
});

it('the client of swagger-typescript-api compiles strictly, and calls the server', async () => {
  const input = ['--path', join(folder, 'integration.json')];
  const output = ['--output', folder, '--name', 'client.ts', '--silent'];
  await run(bin('swagger-typescript-api'), ['generate', ...input, ...output]);
  expect(await outputOf(CLASS_PROGRAM)).toEqual([1, 'S-2', 'Finca', 404]);
});
