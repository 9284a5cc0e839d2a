import { readFileSync } from 'node:fs';

/** Licences that allow use in a product of any licence, with no more duty than to name them. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages whose package.json names no licence; their texts were read. */
const READ = { pause: 'MIT' };

/** Reads a CycloneDX bill of materials on standard input, and names each package whose licence is not allowed. */
const { components } = JSON.parse(readFileSync(0, 'utf8'));
const refused = components.filter((component) => !licencesOf(component).every((id) => ALLOWED.has(id)));
for (const component of refused) {
  process.stderr.write(
    `${component.name} ${component.version}: ${licencesOf(component).join(', ') || 'no licence'}\n`,
  );
}
if (components.length === 0 || refused.length > 0) process.exit(1);
process.stdout.write(`${components.length} packages, all of allowed licences\n`);

/** What a package is under; of a choice such as `(MIT OR GPL-3.0)`, the allowed part. */
function licencesOf({ name, licenses = [] }) {
  const named = licenses.map(({ license, expression }) => expression ?? license.id ?? license.name);
  if (named.length === 0) return [READ[name] ?? 'none'];
  return named.map((text) => choicesIn(text).find((id) => ALLOWED.has(id)) ?? text);
}

function choicesIn(expression) {
  return expression.replaceAll(/[()]/g, '').split(' OR ');
}
