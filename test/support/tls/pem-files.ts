import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AUTHORITY,
  ELSEWHERE_CERTIFICATE,
  LOCAL_CERTIFICATE,
  OTHER_AUTHORITY,
  SERVER_KEY,
} from './authority.js';

const PEMS = {
  authority: AUTHORITY,
  otherAuthority: OTHER_AUTHORITY,
  local: LOCAL_CERTIFICATE,
  elsewhere: ELSEWHERE_CERTIFICATE,
  key: SERVER_KEY,
};

/** Paths of files with the authorities, certificates and the key. */
export type PemFiles = Record<keyof typeof PEMS, string>;

export function writePemFiles(): PemFiles {
  const folder = mkdtempSync(join(process.env['EUDR_TEST_FOLDER'] ?? tmpdir(), 'pem-'));
  const files = Object.entries(PEMS).map(([name, pem]) => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, pem, { mode: 0o600 });
    return [name, file];
  });
  return Object.fromEntries(files) as PemFiles;
}
