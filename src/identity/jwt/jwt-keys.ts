import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { type Config, ConfigError } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { readOrMake } from '../../platform/config/generated-file.js';
import { type JwtKey, parseJwtKeys } from './jwt-key.js';

const FILE = 'jwt-keys.json';

/**
 * The keys that sign JWTs. The first key signs, and all of them verify.
 * The keys of `JWT_KEYS_FILE` are read when the process starts. Without that file, outside production, a key
 * in the data folder is created when it is first needed.
 */
@Injectable()
export class JwtKeys implements OnModuleInit {
  private known: JwtKey[] = [];

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'JWT_KEYS_FILE' | 'DATA_DIR'>) {}

  /** @throws {ConfigError} if the configured file is not usable */
  async onModuleInit(): Promise<void> {
    if (this.config.JWT_KEYS_FILE !== undefined) await this.all();
  }

  /** Returns the key that signs new tokens. */
  async first(): Promise<JwtKey> {
    return (await this.all())[0] as JwtKey;
  }

  /** Returns the public parts of all keys, for `GET /.well-known/jwks.json`. */
  async published(): Promise<{ keys: JWK[] }> {
    return { keys: (await this.all()).map(({ publicJwk }) => publicJwk) };
  }

  async all(): Promise<JwtKey[]> {
    if (this.known.length === 0) this.known = await this.load();
    return this.known;
  }

  private async load(): Promise<JwtKey[]> {
    const { JWT_KEYS_FILE, DATA_DIR } = this.config;
    if (JWT_KEYS_FILE === undefined)
      return parseJwtKeys(await readOrMake(DATA_DIR, FILE, newKeySet), join(DATA_DIR, FILE));
    const text = await readFile(JWT_KEYS_FILE, 'utf8').catch((error: unknown) => {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new ConfigError(`JWT_KEYS_FILE: the file cannot be read (${reason}).`);
    });
    return parseJwtKeys(text, 'JWT_KEYS_FILE');
  }
}

function newKeySet(): string {
  const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return `${JSON.stringify({ keys: [key] })}\n`;
}
