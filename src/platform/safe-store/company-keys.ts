import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Database, type Tx } from '../database/database.js';
import { dialect } from '../database/dialect.js';
import { toSqlInstant } from '../database/instant.js';

const KEY_BYTES = 32;
const MAX_CACHED = 10_000;

/** The companies' own keys, each 32 random bytes, made when a company's first secret is sealed. */
@Injectable()
export class CompanyKeys {
  private readonly cache = new LRUCache<string, Buffer>({ max: MAX_CACHED });

  /** The company's key, or undefined where it has none. */
  async find(sql: Tx | Database, companyId: string): Promise<Buffer | undefined> {
    const cached = this.cache.get(companyId);
    if (cached) return cached;
    const [row] = await sql.select<{ company_key: string }>(
      'SELECT company_key FROM safe_store_keys WHERE company_id = ?',
      [companyId],
    );
    if (!row) return undefined;
    const key = Buffer.from(row.company_key, 'base64');
    // Inside a transaction the row may be its own, and gone again with its rollback.
    if (sql instanceof Database) this.cache.set(companyId, key);
    return key;
  }

  /** The company's key; of several callers that make one at once, all get the one that stays. */
  async findOrMake(sql: Tx | Database, companyId: string): Promise<Buffer> {
    const present = await this.find(sql, companyId);
    if (present) return present;
    const kept = dialect.orUpdate('company_id', ['company_id = safe_store_keys.company_id']);
    await sql.write(
      `INSERT INTO safe_store_keys (company_id, company_key, created_at) VALUES (?, ?, ?) ${kept}`,
      [companyId, randomBytes(KEY_BYTES).toString('base64'), toSqlInstant(new Date())],
    );
    return (await this.find(sql, companyId)) as Buffer;
  }
}
