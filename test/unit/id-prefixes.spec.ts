import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join('src', file), 'utf8'))
  .join('\n');

const found = (form: RegExp): string[] => [...source.matchAll(form)].map(([, prefix]) => prefix as string);

/** Beside entities as constants, and in the definitions of record types. */
const prefixes = found(/(?:_ID_PREFIX =|\bidPrefix:) '([^']*)'/g);

it('every kind of row has a prefix of its own', () => {
  expect(prefixes).toEqual(expect.arrayContaining(['com', 'tok', 'sup', 'evt', 'aud']));
  expect([...new Set(prefixes)].sort()).toEqual([...prefixes].sort());
});

// A prefix, an underscore and 26 characters must fit the columns of ids, which hold 40.
it('every prefix is one that a TypeID may have, and short', () => {
  expect(prefixes.filter((prefix) => !/^[a-z]{2,8}$/.test(prefix))).toEqual([]);
});

it('no id is made with a prefix that is declared nowhere', () => {
  expect(found(/\bnewId\('([^']*)'/g)).toEqual([]);
});
