import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const OWNER_ONLY = 0o600;

/**
 * Reads a file in the folder, or creates it with mode 600. Processes that create it at the same time all read
 * the same file.
 * For secrets that nobody configures outside production.
 */
export async function readOrMake(
  folder: string,
  name: string,
  make: () => string | Promise<string>,
): Promise<string> {
  const path = join(folder, name);
  return readFile(path, 'utf8').catch(async (error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeAt(path, folder, await make());
    return readFile(path, 'utf8');
  });
}

/**
 * Writes the whole file under another name and then links it. Only one link can succeed, and the linked file
 * is always complete.
 */
async function makeAt(path: string, folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = `${path}-${randomUUID()}`;
  try {
    await writeDurably(draft, text);
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
