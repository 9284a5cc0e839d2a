import { Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { MasterKeys } from './master-keys.js';

const KEY_BYTES = 32;

/** Purpose of a MAC. Each purpose has its own keys. */
export type MacPurpose = 'sign-in-addresses v1' | 'refresh-tokens v1';

/**
 * Makes MACs of texts that the product must recognize but never read back. The keys are not in the database.
 */
@Injectable()
export class MasterKeyMacs {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly peppers: MasterKeys) {}

  /**
   * Returns the HMAC-SHA256 in hex under each configured master key. The first is for new rows; the others
   * recognize older rows.
   */
  async of(purpose: MacPurpose, text: string): Promise<[string, ...string[]]> {
    const macs = (await this.peppers.all()).map(({ id, secret }) =>
      createHmac('sha256', this.keyOf(purpose, id, secret))
        .update(text)
        .digest('hex'),
    );
    return macs as [string, ...string[]];
  }

  /**
   * Derives the key by HKDF-SHA256 (RFC 5869), so it is useless for other data that the master key protects.
   */
  private keyOf(purpose: MacPurpose, pepperId: string, secret: Buffer): Buffer {
    const name = `${purpose} ${pepperId}`;
    const key = this.keys.get(name) ?? Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));
    this.keys.set(name, key);
    return key;
  }
}
