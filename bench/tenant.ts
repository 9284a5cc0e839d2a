import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { encodeCursor } from '../src/records/engine/cursor.js';
import type { Owner } from '../src/integrations/owner.js';
import { BareSuppliers } from './bare/bare-suppliers.js';
import { type BareDatabase, openBareDatabase, type Place } from './bare/bare-database.js';
import { productStatements, type Statements } from './bare/statements.js';
import { ROWS_PER_CALL, storedExternalId, supplierRow } from './bodies.js';

const run = promisify(execFile);
export const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const CALLS_PER_TRANSACTION = 20;

/** A database with one company in it, whose suppliers can be brought to a given number. */
export class Tenant {
  private constructor(
    readonly place: Place,
    readonly owner: Owner,
    readonly token: string,
    private readonly howMany: number,
    readonly database: BareDatabase,
    readonly statements: Statements,
  ) {}

  /** Makes the database, its company and its suppliers. */
  static async create(name: string, howMany: number, folder: string, serverUrl?: string): Promise<Tenant> {
    const place = await makeDatabase(name, folder, serverUrl);
    const env = { PATH: process.env['PATH'] ?? '', ...place };
    const { stdout } = await run(process.execPath, [CLI, 'bootstrap', '--company', 'Bench', '--json'], {
      env,
    });
    const { companyId, integrationId, token } = JSON.parse(stdout) as Owner & { token: string };
    const owner = { companyId, integrationId };
    const database = openBareDatabase(place, 1);
    const tenant = new Tenant(place, owner, token, howMany, database, await productStatements(owner, 1));
    await tenant.refill();
    return tenant;
  }

  /** Brings the suppliers back to the number this tenant is made for, straight through the driver. */
  async refill(): Promise<void> {
    const { integrationId } = this.owner;
    await this.database.write(this.place.DATABASE_URL ? 'TRUNCATE TABLE suppliers' : 'DELETE FROM suppliers');
    for (const table of ['integration_state', 'change_log']) {
      await this.database.write(`DELETE FROM ${table} WHERE integration_id = ?`, [integrationId]);
    }
    const step = ROWS_PER_CALL * CALLS_PER_TRANSACTION;
    for (let place = 0; place < this.howMany; place += step) {
      await this.fill(place, Math.min(place + step, this.howMany));
    }
    await this.database.write(this.statements.close, [integrationId, this.howMany]);
    if (this.place.DATABASE_URL) await this.database.select('ANALYZE TABLE suppliers');
  }

  /** The cursor of the last full page. */
  async lastPage(limit: number): Promise<string> {
    const [row] = await this.database.select<{ id: string }>(
      `SELECT id FROM suppliers WHERE integration_id = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT 1 OFFSET ${limit}`,
      [this.owner.integrationId],
    );
    return encodeCursor({ page: Math.ceil(this.howMany / limit), keys: [row?.id as string] });
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private fill(from: number, to: number): Promise<void> {
    const bare = new BareSuppliers(this.database, this.owner, this.statements);
    return this.database.transaction(async (sql) => {
      const now = new Date().toISOString().replace('T', ' ').replace('Z', '');
      for (let first = from; first < to; first += ROWS_PER_CALL) {
        const places = Array.from({ length: ROWS_PER_CALL }, (_, index) => first + index);
        const values = places.flatMap((place) => {
          const row = supplierRow(storedExternalId(place), `Fazenda Santa Inês ${place}`);
          return bare.rowValues(`sup_${String(place).padStart(26, '0')}`, row, undefined, now);
        });
        await sql.write(this.statements.insert, values);
      }
    });
  }
}

async function makeDatabase(name: string, folder: string, serverUrl?: string): Promise<Place> {
  const DATA_DIR = join(folder, name);
  await mkdir(DATA_DIR, { recursive: true });
  if (serverUrl === undefined) return { DATA_DIR };
  const schema = `eudr_bench_${name}`;
  const connection = await mysql.createConnection(serverUrl);
  await connection.query(`DROP DATABASE IF EXISTS ${schema}`);
  await connection.query(`CREATE DATABASE ${schema} CHARACTER SET utf8mb4`);
  await connection.end();
  return { DATA_DIR, DATABASE_URL: `${serverUrl}/${schema}` };
}
