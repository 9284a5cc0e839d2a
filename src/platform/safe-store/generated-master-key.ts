import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '../config/config.js';
import { readOrMake } from '../config/generated-file.js';
import { parseSecretKey } from '../config/secret-key.js';

const FILE = 'safe-store-pepper';
const PEPPER_BYTES = 32;

/**
 * Reads the master key in the folder, or generates one. Processes that generate one at the same time all use
 * the same key.
 * @throws {ConfigError} if the file does not hold a key
 */
export async function generatedMasterKey(folder: string): Promise<Buffer> {
  const text = await readOrMake(folder, FILE, () => `${randomBytes(PEPPER_BYTES).toString('hex')}\n`);
  const pepper = parseSecretKey(text.trim());
  if (!pepper)
    throw new ConfigError(
      `${join(folder, FILE)} does not hold a key. Put the one back that it was made with.`,
    );
  return pepper;
}
