import { readdirSync, readFileSync } from 'node:fs';

const CLASS = /^(?:export )?(?:abstract )?class (\w+)/gm;

it('no two DTO classes share a name, by which the OpenAPI document knows them', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.dto.ts'),
  );
  const names = files.flatMap((file) =>
    [...readFileSync(`src/${file}`, 'utf8').matchAll(CLASS)].map(([, name]) => name as string),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
