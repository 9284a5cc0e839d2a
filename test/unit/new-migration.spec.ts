import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { SCHEMA } from '../../src/schema.js';

const MIGRATIONS = 'src/platform/database/migrations';
const NEWEST = (SCHEMA.migrations as { name: string }[]).at(-1)?.name ?? '';

let root: string;

/** A copy of the files that the script reads and writes. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'eudr-migration-'));
  for (const path of [MIGRATIONS, 'src/schema.ts']) cpSync(path, join(root, path), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function newMigration(...args: string[]) {
  const script = resolve('scripts/new-migration.js');
  return spawnSync(process.execPath, [script, ...args], { cwd: root, encoding: 'utf8', timeout: 30_000 });
}

const files = (): string[] => readdirSync(join(root, MIGRATIONS)).sort();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const newFile = (name: string): string => files().find((file) => file.endsWith(`-${name}.ts`)) ?? '';

/** Whether the repository's formatter would leave the file as it is. */
async function isFormatted(path: string): Promise<boolean> {
  return check(read(path), { ...(await resolveConfig('package.json')), filepath: path });
}

it('writes a migration with a timestamp, and a class of that name', () => {
  const before = Date.now();
  expect(newMigration('supplier-notes')).toMatchObject({ status: 0, stderr: '' });
  const timestamp = Number.parseInt(newFile('supplier-notes'), 10);
  expect(timestamp).toBeGreaterThanOrEqual(before);
  const source = read(join(MIGRATIONS, newFile('supplier-notes')));
  expect(source).toContain(`export class SupplierNotes${timestamp} implements MigrationInterface`);
  expect(source).toContain(`readonly name = 'SupplierNotes${timestamp}';`);
  expect(source).toContain(`name: 'supplier_notes'`);
});

it('registers it in the schema, as the last of the migrations', () => {
  newMigration('supplier-notes');
  const timestamp = Number.parseInt(newFile('supplier-notes'), 10);
  const className = `SupplierNotes${timestamp}`;
  const path = `./platform/database/migrations/${timestamp}-supplier-notes.js`;
  expect(read('src/schema.ts')).toContain(`import { ${className} } from '${path}';\n`);
  expect(read('src/schema.ts')).toContain(`    ${NEWEST},\n    ${className},\n  ],\n`);
});

it('changes nothing else in the schema', () => {
  newMigration('supplier-notes');
  const kept = read('src/schema.ts')
    .split('\n')
    .filter((line) => !line.includes('SupplierNotes'));
  expect(kept.join('\n')).toBe(readFileSync('src/schema.ts', 'utf8'));
});

it('adds a second one after the first', () => {
  newMigration('supplier-notes');
  expect(newMigration('batch-notes').status).toBe(0);
  const [first, second] = files().slice(-2);
  expect(first).toMatch(/^\d+-supplier-notes\.ts$/);
  expect(second).toMatch(/^\d+-batch-notes\.ts$/);
  expect(read('src/schema.ts')).toMatch(/ {4}SupplierNotes\d+,\n {4}BatchNotes\d+,\n {2}\],/);
});

it('comes after a migration whose timestamp lies in the future', () => {
  const future = Date.now() + 86_400_000;
  writeFileSync(join(root, MIGRATIONS, `${future}-of-tomorrow.ts`), '');
  newMigration('supplier-notes');
  expect(newFile('supplier-notes')).toBe(`${future + 1}-supplier-notes.ts`);
});

it.each(['notes', 'a-name-as-long-as-the-script-accepts-one'])(
  'leaves both files formatted: %s',
  async (name) => {
    expect(newMigration(name).status).toBe(0);
    expect(await isFormatted(join(MIGRATIONS, newFile(name)))).toBe(true);
    expect(await isFormatted('src/schema.ts')).toBe(true);
  },
);

it('tells what it wrote and what to do next', () => {
  const { stdout } = newMigration('supplier-notes');
  expect(stdout).toContain(join(MIGRATIONS, newFile('supplier-notes')));
  expect(stdout).toContain('src/schema.ts');
  expect(stdout).toContain('npm test -- test/integration/migrations.spec.ts');
});

describe('refuses, and writes nothing,', () => {
  it.each([
    ['no name', [], 'Give one name: npm run migration:new -- supplier-notes\n'],
    ['two names', ['supplier', 'notes'], 'Give one name: npm run migration:new -- supplier-notes\n'],
    ['a name in capitals', ['SupplierNotes'], '"SupplierNotes" is not a name for a migration.'],
    ['a path', ['../supplier-notes'], '"../supplier-notes" is not a name for a migration.'],
    ['a name that begins with a digit', ['2-notes'], '"2-notes" is not a name for a migration.'],
    ['a name of 41 characters', ['n'.repeat(41)], '" is not a name for a migration. Use up to 40 '],
    ['an empty name', [''], '"" is not a name for a migration.'],
    ['a name that is there already', ['audit'], '-audit.ts has this name already.'],
    ['the name of a table', ['audit-entries'], 'There is a table audit_entries already.'],
  ])('%s', (_case, args, message) => {
    const result = newMigration(...args);
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toContain(message);
    expect(files()).toEqual(readdirSync(MIGRATIONS).sort());
    expect(read('src/schema.ts')).toBe(readFileSync('src/schema.ts', 'utf8'));
  });

  it('a schema whose list it does not recognise', () => {
    writeFileSync(join(root, 'src/schema.ts'), 'export const SCHEMA = {};\n');
    expect(newMigration('supplier-notes')).toMatchObject({ status: 1, stdout: '' });
    expect(files()).toEqual(readdirSync(MIGRATIONS).sort());
  });
});
