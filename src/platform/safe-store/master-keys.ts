import { Inject, Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { generatedMasterKey } from './generated-master-key.js';

/** A server's half of the keys that secrets are sealed under, and the name that sealed texts know it by. */
export interface MasterKey {
  /** 12 hex digits of its SHA-256: of 32 random bytes, that tells nothing. */
  id: string;
  secret: Buffer;
}

/**
 * The configured peppers; outside production, where none is, one that lies in the data folder. That one is
 * looked for only when it is needed, so that a server comes up while its folder is away.
 */
@Injectable()
export class MasterKeys {
  private known: MasterKey[];

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'SAFE_STORE_PEPPERS' | 'DATA_DIR'>) {
    this.known = config.SAFE_STORE_PEPPERS.map(named);
  }

  /** The one that new secrets are sealed under. */
  async first(): Promise<MasterKey> {
    return (await this.all())[0] as MasterKey;
  }

  /** The one of this id, or undefined where it is not configured (any more). */
  async find(id: string): Promise<MasterKey | undefined> {
    return (await this.all()).find((pepper) => pepper.id === id);
  }

  /** All that are configured, the first first. */
  async all(): Promise<MasterKey[]> {
    if (this.known.length === 0) this.known = [named(await generatedMasterKey(this.config.DATA_DIR))];
    return this.known;
  }
}

function named(secret: Buffer): MasterKey {
  return { id: hash('sha256', secret, 'hex').slice(0, 12), secret };
}
