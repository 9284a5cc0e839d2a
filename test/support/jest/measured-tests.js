import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const TESTS = resolve(import.meta.dirname, '../..');

/**
 * Returns the test files in a folder of `test` that use the sizes or time limits of `npm run test:timing`.
 * @param {string} folder
 */
export function measuredTests(folder) {
  const files = readdirSync(join(TESTS, folder), { recursive: true }).map((file) =>
    join(TESTS, folder, file),
  );
  return files.filter(
    (file) => file.endsWith('.spec.ts') && readFileSync(file, 'utf8').includes('waiting/measured.js'),
  );
}
