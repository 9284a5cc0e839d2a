import { Inject, Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { generatedMasterKey } from './generated-master-key.js';

/**
 * A server secret (a pepper). The keys that encrypt stored secrets are derived from it and from a company's
 * key.
 */
export interface MasterKey {
  /**
   * First 12 hex digits of the secret's SHA-256. Encrypted texts name their master key by this id. It reveals
   * nothing about 32 random bytes.
   */
  id: string;
  secret: Buffer;
}

/**
 * The configured master keys (`SAFE_STORE_PEPPERS`).
 * Without any, outside production, the one in the data folder. It is read only when needed, so a server can
 * start while its folder is unavailable.
 */
@Injectable()
export class MasterKeys {
  private known: MasterKey[];

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'SAFE_STORE_PEPPERS' | 'DATA_DIR'>) {
    this.known = config.SAFE_STORE_PEPPERS.map(named);
  }

  /** Returns the key that encrypts new secrets. */
  async first(): Promise<MasterKey> {
    return (await this.all())[0] as MasterKey;
  }

  /** Returns the key with this id; undefined if it is not configured (any more). */
  async find(id: string): Promise<MasterKey | undefined> {
    return (await this.all()).find((pepper) => pepper.id === id);
  }

  /** Returns all configured keys. The first one encrypts. */
  async all(): Promise<MasterKey[]> {
    if (this.known.length === 0) this.known = [named(await generatedMasterKey(this.config.DATA_DIR))];
    return this.known;
  }
}

function named(secret: Buffer): MasterKey {
  return { id: hash('sha256', secret, 'hex').slice(0, 12), secret };
}
