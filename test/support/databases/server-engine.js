import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where Debian keeps servers, which is not on everyone's path. */
const ALSO = ['/usr/sbin', '/usr/local/sbin'];

/**
 * The path of a program, if it is installed.
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
 * The server engine that the tests can use: a given one, or a program to start a private one with.
 * @returns {{ url: string } | { program: string } | undefined}
 */
export function serverEngine() {
  const { TEST_DATABASE_URL: url, TEST_ENGINES: engines } = process.env;
  if (url) return { url };
  if (engines === 'embedded') return undefined;
  const program = findProgram('mariadbd') ?? findProgram('mysqld');
  return program ? { program } : undefined;
}
