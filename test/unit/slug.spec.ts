import { slugOf } from '../../src/identity/companies/companies.service.js';

it.each([
  ['Acme', 'acme'],
  ['Café Ñandú S.A.', 'cafe-nandu-s-a'],
  ['  Two   words  ', 'two-words'],
  ['--a--b--', 'a-b'],
  ['Ångström & Söhne', 'angstrom-sohne'],
  ['ＦＵＬＬ width', 'full-width'],
  ['a/b?c#d%e', 'a-b-c-d-e'],
])('%j becomes %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

it.each(['', '   ', '咖啡', '☕️', 'قهوة', '...'])('%j still becomes a slug', (name) => {
  expect(slugOf(name)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

it('is at most 60 characters and ends in none that is cut', () => {
  const slug = slugOf(`${'a'.repeat(59)} ${'b'.repeat(300)}`);
  expect(slug.length).toBeLessThanOrEqual(60);
  expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
