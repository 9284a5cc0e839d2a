import { readFileSync } from 'node:fs';
import { productVersion } from '../../src/version.js';

it('the product has the version of its package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(productVersion()).toBe(version);
});
