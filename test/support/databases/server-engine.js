import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders where Debian installs servers and that may be missing in PATH. */
const ALSO = ['/usr/sbin', '/usr/local/sbin'];

/**
 * Returns the path of an installed program.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the server engine for the tests: the URL of a given server, or the program of a private one.
 * @returns {{ url: string } | { program: string } | undefined}
 */
export function serverEngine() {
  const { TEST_DATABASE_URL: url, TEST_ENGINES: engines } = process.env;
  if (url) return { url };
  if (engines === 'embedded') return undefined;
  const program = findProgram('mariadbd') ?? findProgram('mysqld');
  return program ? { program } : undefined;
}
