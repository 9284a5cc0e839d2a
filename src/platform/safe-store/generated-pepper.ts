import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../ids/ids.js';
import { ConfigError } from '../config/config.js';
import { parseSecretKey } from '../config/secret-key.js';

const FILE = 'safe-store-pepper';
const OWNER_ONLY = 0o600;
const PEPPER_BYTES = 32;

/**
 * The pepper that lies in the folder, made if there is none; processes that make one at once agree on one.
 * @throws {ConfigError} where the file holds something else.
 */
export async function generatedPepper(folder: string): Promise<Buffer> {
  const path = join(folder, FILE);
  const text = await readFile(path, 'utf8').catch(async (error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeAt(path, folder);
    return readFile(path, 'utf8');
  });
  const pepper = parseSecretKey(text.trim());
  if (!pepper) throw new ConfigError(`${path} does not hold a key. Put the one back that it was made with.`);
  return pepper;
}

/** Written whole under another name, then linked: a link is made once only, and never to half a file. */
async function makeAt(path: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${FILE}-${newId('job')}`);
  try {
    await writeDurably(draft, `${randomBytes(PEPPER_BYTES).toString('hex')}\n`);
    await link(draft, path).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
