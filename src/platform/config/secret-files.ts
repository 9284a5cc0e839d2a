import { statSync } from 'node:fs';
import type { Config } from './config.js';

type Paths = Pick<Config, 'DATA_DIR' | 'JWT_KEYS_FILE'>;

/** What the permissions of files that hold secrets, or of their folder, make possible. */
export interface PermissionProblems {
  /** Others can change the file: the process must not use it. */
  errors: string[];
  /** Others can read the file. */
  warnings: string[];
}

const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o004;

/**
 * Looks at the permissions of the file of keys and of the data folder. What is not there is not looked at: whoever
 * needs it says so. On Windows permissions are not in the mode, so nothing is found.
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
