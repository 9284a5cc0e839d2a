import fc, { type Arbitrary } from 'fast-check';
import { resolved, type Schema, typeOf } from '../support/openapi/document.js';

/** Texts that parsers, databases, logs and terminals are known to stumble over. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e400',
  '9'.repeat(30),
  'null',
  'undefined',
  'NaN',
  'true',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%00',
  '%zz',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'é',
  '\u200b',
  '\u202e',
  '\ufeff',
  '😀',
  'İ',
  'ß',
  '\r\nX-Injected: 1',
  "' OR 1=1 -- ",
  '"; DROP TABLE suppliers; --',
  '`id`',
  '${7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '%',
  '_',
  '\\',
  'a'.repeat(256),
  'a'.repeat(5_000),
  'eyJ'.repeat(1_000),
  '0000-00-00',
  '9999-12-31T23:59:59-14:00',
  '+275760-09-13T00:00:00Z',
  '2026-02-30',
  'sup_00000000000000000000000000',
  `eudr_live_${'0'.repeat(48)}`,
];

export const hostileText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
);

const anything = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(null, true, 0, -0, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}, [[]]),
);

/** A value of the schema most of the time, and anything at any place at times. */
export function valueOf(schema: Schema, depth = 0): Arbitrary<unknown> {
  const whole = resolved(schema);
  const valid = depth > 5 ? fc.constant<unknown>(null) : validOf(whole, depth);
  return fc.oneof({ weight: 12, arbitrary: valid }, { weight: 1, arbitrary: anything });
}

function validOf(schema: Schema, depth: number): Arbitrary<unknown> {
  const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (choices?.length) return fc.oneof(...choices.map((choice) => valueOf(choice, depth)));
  if (schema.enum?.length) return fc.constantFrom(...schema.enum);
  const type = typeOf(schema);
  if (type === 'object' || schema.properties) return objectOf(schema, depth);
  if (type === 'array') return fc.array(valueOf(schema.items ?? {}, depth + 1), { maxLength: 6 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' || type === 'number') return numberOf(schema);
  return textOf(schema);
}

function objectOf({ properties = {}, required = [] }: Schema, depth: number): Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, depth + 1)]);
  const requiredKeys = required.filter((name) => name in properties);
  const shaped = fc.record(Object.fromEntries(members) as Record<string, Arbitrary<unknown>>, {
    requiredKeys,
  });
  const extra = fc.dictionary(hostileText, anything, { maxKeys: 2 });
  return fc.oneof(
    { weight: 9, arbitrary: shaped },
    { weight: 1, arbitrary: fc.tuple(shaped, extra).map(([given, more]) => ({ ...given, ...more })) },
  );
}

function numberOf({ minimum = -10, maximum = 1_000, example }: Schema): Arbitrary<unknown> {
  const usual = typeof example === 'number' ? [example] : [];
  return fc.oneof(
    fc.constantFrom(minimum, maximum, ...usual),
    fc.integer({ min: minimum, max: Math.max(minimum, maximum) }),
  );
}

function textOf({ format, example, maxLength = 255 }: Schema): Arbitrary<unknown> {
  const moment = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  const usual = typeof example === 'string' ? [fc.constant<unknown>(example)] : [];
  const formatted = format?.startsWith('date') ? [moment] : [];
  return fc.oneof(
    ...usual,
    ...formatted,
    fc.string({ maxLength: Math.min(maxLength, 40) }),
    fc.stringMatching(/^[A-Z]{2,4}-[0-9]{1,3}$/),
  );
}
