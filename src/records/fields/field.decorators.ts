import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import * as rules from './rules.js';
import type { FieldValue, Rule } from './rules.js';

/** How a value is stored in SQL. */
export type Storage = 'plain' | 'json' | 'bool' | 'number';

/** One field of a record type, for the engine. */
export interface Field {
  name: string;
  required: boolean;
  storage: Storage;
  check: Rule;
  /** Size of the largest valid value as JSON, with every character escaped. */
  maxBytes: number;
  /** Returns a warning for an unusual but accepted text. */
  problem?: TextProblem;
}

/** Returns the end of a message that begins with the field's name; undefined if the text is fine. */
type TextProblem = (stored: string) => string | undefined;

const FIELDS = 'eudr:record-fields';

interface Documentation {
  description?: string;
  example?: FieldValue;
  required?: boolean;
}

const STORED_AS_SENT = 'Stored as sent. `warnings` list invalid values.';

/** Declares a field once, for validation, storage and documentation. */
function field(
  check: Rule,
  storage: Storage,
  schema: ApiPropertyOptions,
  more: Documentation,
  problem?: TextProblem,
): PropertyDecorator {
  const required = more.required ?? false;
  return (target, name) => {
    const present = (Reflect.getMetadata(FIELDS, target) as Field[] | undefined) ?? [];
    const maxBytes = maxBytesOf(schema as Bounds);
    const added: Field = {
      name: String(name),
      required,
      storage,
      check,
      maxBytes,
      ...(problem && { problem }),
    };
    Reflect.defineMetadata(FIELDS, [...present, added], target);
    ApiProperty({ ...schema, ...more, required, nullable: !required } as ApiPropertyOptions)(target, name);
  };
}

/** A character outside the basic plane needs two escapes, such as `\ud83d\ude00`. */
const MAX_CHARACTER_BYTES = 12;
/** Maximum size of a number, a day, a boolean or a short code. */
const MAX_SHORT_BYTES = 64;

function maxBytesOf({ maxLength, maxItems, items }: Bounds): number {
  if (maxItems !== undefined) return maxItems * (maxBytesOf(items ?? {}) + ','.length);
  return maxLength === undefined ? MAX_SHORT_BYTES : maxLength * MAX_CHARACTER_BYTES + '""'.length;
}

interface Bounds {
  maxLength?: number;
  maxItems?: number;
  items?: Bounds;
}

/** Returns the fields of a record's input class, in order. */
export function fieldsOf(input: new () => object): Field[] {
  return (Reflect.getMetadata(FIELDS, input.prototype as object) as Field[] | undefined) ?? [];
}

export const KeyField = (max: number, more: Documentation = {}): PropertyDecorator =>
  field(rules.key(max), 'plain', { type: String, minLength: 1, maxLength: max }, more);

export const TextField = (max: number, more: Documentation = {}): PropertyDecorator =>
  field(rules.text(max), 'plain', { type: String, maxLength: max }, more);

export const CountryField = (more: Documentation = {}): PropertyDecorator =>
  field(
    rules.country,
    'plain',
    { type: String, pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2, `XK` or `XI`.' },
    more,
  );

export const EmailField = (more: Documentation = {}): PropertyDecorator =>
  field(
    rules.email,
    'plain',
    { type: String, maxLength: 254, description: STORED_AS_SENT },
    more,
    rules.emailProblem,
  );

export const PhoneField = (max: number, more: Documentation = {}): PropertyDecorator =>
  field(
    rules.text(max),
    'plain',
    { type: String, maxLength: max, description: STORED_AS_SENT },
    more,
    rules.phoneProblem,
  );

export const HsCodeField = (more: Documentation = {}): PropertyDecorator =>
  field(rules.hsCode, 'plain', { type: String }, more);

export const QuantityField = (least: number, more: Documentation = {}): PropertyDecorator =>
  field(rules.quantity(least), 'number', { type: Number }, more);

export const CalendarDateField = (more: Documentation = {}): PropertyDecorator =>
  field(
    rules.calendarDate,
    'plain',
    { type: String, format: 'date', description: 'Not before 1990-01-01. null: no date.' },
    more,
  );

export const BoolField = (more: Documentation = {}): PropertyDecorator =>
  field(rules.bool, 'bool', { type: Boolean }, more);

export const TextListField = (maxEach: number, more: Documentation = {}): PropertyDecorator =>
  field(
    rules.textList(maxEach),
    'json',
    {
      type: 'array',
      maxItems: rules.MAX_LIST_ITEMS,
      items: { type: 'string', maxLength: maxEach },
      description: 'Items are trimmed. Blank and repeated items are dropped.',
    },
    more,
  );
