import { chmodSync, statSync } from 'node:fs';

const OWNER_ONLY_UMASK = 0o077;
const OWNER_ONLY_FILE = 0o600;

/** Makes every file and folder that this process creates readable for its own user only. */
export function keepFilesPrivate(): void {
  process.umask(OWNER_ONLY_UMASK);
}

/**
 * Removes the access of other users to our file, which an earlier version may have left open. A missing file
 * is no error.
 */
export function closeToOthers(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && (found.mode & OWNER_ONLY_UMASK) !== 0 && found.uid === process.getuid?.()) {
    chmodSync(path, OWNER_ONLY_FILE);
  }
}
