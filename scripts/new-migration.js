import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'src/platform/database/migrations';
const SCHEMA = 'src/schema.ts';
/** Names of tables and indexes are made of it, and MySQL allows them 64 characters. */
const MAX_LENGTH = 40;
const EXAMPLE = 'npm run migration:new -- supplier-notes';

/** A mistake of the caller: the message is all that they need. */
class UsageError extends Error {}

/** Writes a migration from the template and registers it in the schema. Paths are relative to the working directory. */
function createMigration(name) {
  const present = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'));
  checkName(name, present);
  const timestamp = nextTimestamp(present);
  const className = `${pascalCase(name)}${timestamp}`;
  const path = join(FOLDER, `${timestamp}-${name}.ts`);
  const schema = register(readFileSync(SCHEMA, 'utf8'), className, `${timestamp}-${name}`);
  writeFileSync(path, template(className, tableOf(name)), { flag: 'wx' });
  writeFileSync(SCHEMA, schema);
  return path;
}

function checkName(name, present) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > MAX_LENGTH) {
    throw new UsageError(
      `"${name}" is not a name for a migration. Use up to ${MAX_LENGTH} lower-case letters, digits and hyphens: ${EXAMPLE}`,
    );
  }
  const twin = present.find((file) => file.replace(/^\d+-/, '') === `${name}.ts`);
  if (twin) throw new UsageError(`${join(FOLDER, twin)} has this name already. Choose another name.`);
  if (present.some((file) => readFileSync(join(FOLDER, file), 'utf8').includes(`'${tableOf(name)}'`))) {
    throw new UsageError(
      `There is a table ${tableOf(name)} already. Name the migration by what it changes: ${EXAMPLE}`,
    );
  }
}

/** The table that the template creates. */
function tableOf(name) {
  return name.replaceAll('-', '_');
}

/** TypeORM runs migrations in the order of their timestamps, so a new one must be later than all others. */
function nextTimestamp(present) {
  return Math.max(Date.now(), ...present.map((file) => Number.parseInt(file, 10) + 1));
}

function pascalCase(name) {
  return name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

/** The schema's source with the migration imported after the other migrations, and as the last one in the list. */
function register(schema, className, file) {
  const imports = [...schema.matchAll(/^import .* from '\.\/platform\/database\/migrations\/.*';\n/gm)];
  const list = /^ {2}migrations: \[\n(?: {4}\w+,\n)*/m.exec(schema);
  if (imports.length === 0 || !list) {
    throw new UsageError(`${SCHEMA} has no list of migrations in the form that this script can extend.`);
  }
  const afterImports = imports.at(-1).index + imports.at(-1)[0].length;
  const afterList = list.index + list[0].length;
  return [
    schema.slice(0, afterImports),
    `import { ${className} } from './platform/database/migrations/${file}.js';\n`,
    schema.slice(afterImports, afterList),
    `    ${className},\n`,
    schema.slice(afterList),
  ].join('');
}

function template(className, table) {
  return `import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { shapes, tableColumn as column } from '../columns.js';
import { index, instant, primary, ref } from '../tables.js';

/** Replace this sentence: what the migration changes, and why. */
export class ${className} implements MigrationInterface {
  readonly name = '${className}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(table(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table(), true);
  }
}

function table(): Table {
  return new Table({
    name: '${table}',
    columns: [ref('id', primary), ref('company_id'), column('name', shapes.text(255)), instant('created_at')],
    indices: [index('ix_${table}_company', ['company_id', 'id'])],
  });
}
`;
}

const nextSteps = (path) => `Written:    ${path}
Registered: ${SCHEMA}

Next:
1. Edit the migration. It creates a table as an example. For a column of an existing table, use addColumn and
   dropColumn of src/platform/database/tables.ts, as the newest migrations do.
2. Change the entity to match. Add a new entity to ${SCHEMA}.
3. Run it up and down, and compare the tables with the entities:
   npm test -- test/integration/migrations.spec.ts
`;

try {
  const [name, ...more] = process.argv.slice(2);
  if (name === undefined || more.length > 0) throw new UsageError(`Give one name: ${EXAMPLE}`);
  process.stdout.write(nextSteps(createMigration(name)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
