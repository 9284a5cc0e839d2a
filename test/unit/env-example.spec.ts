import { readFileSync } from 'node:fs';
import { type Config, CONFIG_NAMES, readConfig } from '../../src/platform/config/config.js';

const lines = readFileSync('.env.example', 'utf8').split('\n');

/** Name and value of each variable listed. */
const listed = lines.flatMap((line): [string, string][] => {
  const [, name, value] = /^# ([A-Z_]+)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
});

it('lists every variable once, and no other, in the order of the schema', () => {
  expect(listed.map(([name]) => name)).toEqual(CONFIG_NAMES);
});

it('shows for each the value it has when it is not set', () => {
  const defaults = readConfig({});
  const shown = Object.fromEntries(listed.map(([name, value]) => [name, value]));
  const actual = CONFIG_NAMES.map((name) => [name, String((defaults[name as keyof Config] ?? '') as string)]);
  expect(shown).toEqual(Object.fromEntries(actual));
});

it('explains each on the line above', () => {
  const unexplained = listed.filter(([name]) => {
    const above = lines[lines.findIndex((line) => line.startsWith(`# ${name}=`)) - 1] ?? '';
    return !/^# .+\.$/.test(above);
  });
  expect(unexplained).toEqual([]);
});

it('sets nothing when it is copied as it is', () => {
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
});
