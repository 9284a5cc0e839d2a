import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Database, type Tx } from '../database/database.js';
import { dialect } from '../database/dialect.js';
import { toSqlInstant } from '../database/instant.js';

const KEY_BYTES = 32;
const MAX_CACHED = 10_000;

/**
 * The companies' own keys, 32 random bytes each. A company gets its key when its first secret is encrypted.
 */
@Injectable()
export class CompanyKeys {
  private readonly cache = new LRUCache<string, Buffer>({ max: MAX_CACHED });

  /** Returns the company's key; undefined if it has none. */
  async find(sql: Tx | Database, companyId: string): Promise<Buffer | undefined> {
    const cached = this.cache.get(companyId);
    if (cached) return cached;
    const [row] = await sql.select<{ company_key: string }>(
      'SELECT company_key FROM safe_store_keys WHERE company_id = ?',
      [companyId],
    );
    if (!row) return undefined;
    const key = Buffer.from(row.company_key, 'base64');
    // Not cached inside a transaction: this transaction may have inserted the row, and a rollback removes it.
    if (sql instanceof Database) this.cache.set(companyId, key);
    return key;
  }

  /** Returns the company's key, and creates it if needed. Concurrent callers all get the same key. */
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
