import { chmodSync, statSync } from 'node:fs';

const OWNER_ONLY_UMASK = 0o077;
const OWNER_ONLY_FILE = 0o600;

/** From now on, every file and folder that this process makes is for its own user alone. */
export function keepFilesPrivate(): void {
  process.umask(OWNER_ONLY_UMASK);
}

/** Takes others the right to read and write a file of ours that an earlier version left open; none is fine. */
export function closeToOthers(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && (found.mode & OWNER_ONLY_UMASK) !== 0 && found.uid === process.getuid?.()) {
    chmodSync(path, OWNER_ONLY_FILE);
  }
}
