import { statSync } from 'node:fs';
import type { Config } from './config.js';

type Paths = Pick<Config, 'DATA_DIR' | 'JWT_KEYS_FILE'>;

/** Problems with the permissions of secret files or of their folder. */
export interface PermissionProblems {
  /** Other users can change the file. The process must not use it. */
  errors: string[];
  /** Other users can read the file. */
  warnings: string[];
}

const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o004;

/**
 * Checks the permissions of the key file and of the data folder.
 * It skips what does not exist; the code that needs the file reports that. It finds nothing on Windows, where
 * the mode does not hold the permissions.
 */
export function permissionProblems({ JWT_KEYS_FILE, DATA_DIR }: Paths): PermissionProblems {
  const problems: PermissionProblems = { errors: [], warnings: [] };
  if (process.platform === 'win32') return problems;
  for (const [name, path] of Object.entries({ JWT_KEYS_FILE, DATA_DIR })) {
    const mode = path === undefined ? 0 : modeOf(path);
    if (mode & OTHERS_WRITE) {
      problems.errors.push(`${name}: others than its owner can write it; run chmod go-w on it`);
    } else if (mode & OTHERS_READ) {
      problems.warnings.push(`${name}: every user of this machine can read it; run chmod o-r on it`);
    }
  }
  return problems;
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}
