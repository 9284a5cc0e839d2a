import { Injectable } from '@nestjs/common';
import { createHmac, hkdfSync } from 'node:crypto';
import { MasterKeys } from './master-keys.js';

const KEY_BYTES = 32;

/** What MACs are made for; each purpose has keys of its own. */
export type MacPurpose = 'sign-in-addresses v1' | 'refresh-tokens v1';

/** MACs of texts that the product recognizes and never reads back, under keys that the database does not hold. */
@Injectable()
export class MasterKeyMacs {
  private readonly keys = new Map<string, Buffer>();

  constructor(private readonly peppers: MasterKeys) {}

  /** HMAC-SHA256 in hex under each configured pepper; the first is for what is new, the others recognize what is older. */
  async of(purpose: MacPurpose, text: string): Promise<[string, ...string[]]> {
    const macs = (await this.peppers.all()).map(({ id, secret }) =>
      createHmac('sha256', this.keyOf(purpose, id, secret))
        .update(text)
        .digest('hex'),
    );
    return macs as [string, ...string[]];
  }

  /** Derived by HKDF-SHA256 (RFC 5869), so that it opens nothing else that the pepper protects. */
  private keyOf(purpose: MacPurpose, pepperId: string, secret: Buffer): Buffer {
    const name = `${purpose} ${pepperId}`;
    const key = this.keys.get(name) ?? Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));
    this.keys.set(name, key);
    return key;
  }
}
