import { Injectable } from '@nestjs/common';
import { daysAgo } from '../../platform/background/sweep.js';
import { Database } from '../../platform/database/database.js';
import { dialect, placeholders } from '../../platform/database/dialect.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { MasterKeyMacs } from '../../platform/safe-store/master-key-macs.js';
import { addressKey } from '../../platform/values/ip-address.js';
import type { User } from '../users/user.entity.js';

const KNOWN_DAYS = 90;
const RENEWED_AFTER_DAYS = 1;
/** Maximum for one account. The least recently used address is deleted first. */
const MAX_ADDRESSES = 100;
const ROWS_PER_STEP = 500;

/**
 * The addresses from which people signed in within 90 days, at most 100 for each account.
 * From these addresses the owner can still sign in while attackers guess the password from other addresses.
 */
@Injectable()
export class KnownAddresses {
  constructor(
    private readonly database: Database,
    private readonly macs: MasterKeyMacs,
  ) {}

  /**
   * Whether someone signed in to the account from this address. It takes the same single query if the account
   * does not exist.
   */
  async isKnown(account: string, address: string): Promise<boolean> {
    const macs = await this.macsOf(account, address);
    const rows = await this.database.select(
      `SELECT 1 FROM users u JOIN known_addresses a ON a.user_id = u.id
       WHERE u.email = ? AND a.mac IN (${placeholders(macs.length)}) AND a.used_at > ? LIMIT 1`,
      [account, ...macs, toSqlInstant(daysAgo(KNOWN_DAYS))],
    );
    return rows.length > 0;
  }

  /** Stores the address of a successful sign-in. It writes about once a day for each address. */
  async note({ id, email }: Pick<User, 'id' | 'email'>, address: string): Promise<void> {
    const [mac] = await this.macsOf(email, address);
    const fresh = await this.database.select(
      'SELECT 1 FROM known_addresses WHERE user_id = ? AND mac = ? AND used_at > ?',
      [id, mac, toSqlInstant(daysAgo(RENEWED_AFTER_DAYS))],
    );
    if (fresh.length > 0) return;
    await this.database.write(
      `INSERT INTO known_addresses (user_id, mac, used_at) VALUES (?, ?, ?)
       ${dialect.orUpdate('user_id, mac', [`used_at = ${dialect.inserted('used_at')}`])}`,
      [id, mac, toSqlInstant(new Date())],
    );
    await this.forgetBeyond(id);
  }

  /**
   * Deletes some addresses that were not used for 90 days.
   * @returns the number of addresses
   */
  async sweep(): Promise<number> {
    const rows = await this.database.select<{ user_id: string; mac: string }>(
      `SELECT user_id, mac FROM known_addresses WHERE used_at < ? ORDER BY used_at LIMIT ${ROWS_PER_STEP}`,
      [toSqlInstant(daysAgo(KNOWN_DAYS))],
    );
    for (const { user_id, mac } of rows) await this.forget(user_id, [mac]);
    return rows.length;
  }

  private async forgetBeyond(userId: string): Promise<void> {
    const rows = await this.database.select<{ mac: string }>(
      `SELECT mac FROM known_addresses WHERE user_id = ? ORDER BY used_at DESC, mac LIMIT 10 OFFSET ${MAX_ADDRESSES}`,
      [userId],
    );
    if (rows.length > 0)
      await this.forget(
        userId,
        rows.map(({ mac }) => mac),
      );
  }

  private forget(userId: string, macs: string[]): Promise<number> {
    return this.database.write(
      `DELETE FROM known_addresses WHERE user_id = ? AND mac IN (${placeholders(macs.length)})`,
      [userId, ...macs],
    );
  }

  private macsOf(account: string, address: string): Promise<[string, ...string[]]> {
    return this.macs.of('sign-in-addresses v1', JSON.stringify([account, addressKey(address)]));
  }
}
