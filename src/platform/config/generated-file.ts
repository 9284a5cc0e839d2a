import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const OWNER_ONLY = 0o600;

/**
 * The text of a file in the folder, made (mode 600) if there is none; of processes that make one at once, all get
 * the one that stays. For secrets that outside production nobody configures.
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

/** Written whole under another name, then linked: a link is made once only, and never to half a file. */
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
