import type { Violation } from '../../platform/errors/app-error.js';
import { repeatedName } from '../../platform/http/body/json-body.js';
import { cutNames, cutText } from '../../platform/values/cut-text.js';
import { isBlank } from '../../platform/values/visible-text.js';
import { type FieldValue, Refused } from '../fields/rules.js';
import type { RecordType } from '../record-types/record-type.js';

/** One given row after its check. `violations` is empty where the row may be written. */
export interface CheckedRow {
  index: number;
  /** As given, or empty where it was missing or unusable. */
  externalId: string;
  /** The accepted values of the fields that were given; a field that was omitted is absent. */
  values: Record<string, FieldValue>;
  violations: Violation[];
  /** What is strange about accepted values; keeps no row from being written. */
  warnings: Violation[];
}

/** Checks one row against its type. Every problem is reported, not only the first. */
export function checkRow(type: RecordType, row: Record<string, unknown>, index: number): CheckedRow {
  const values: Record<string, FieldValue> = {};
  const violations = [...repeatedField(row), ...unknownFields(type, row)];
  for (const field of type.fields) {
    const given = row[field.name];
    try {
      if (isMissing(given, field.required)) {
        if (field.required) throw new Refused('is required');
        if (given === null) values[field.name] = null;
      } else {
        values[field.name] = field.check(given);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const name =
        field.required && error.message === 'is required' ? `${type.label} ${field.name}` : field.name;
      violations.push({ path: field.name, message: `${name} ${error.message}` });
    }
  }
  const externalId = typeof row['externalId'] === 'string' ? row['externalId'] : '';
  return { index, externalId, values, violations, warnings: warningsOf(type, values) };
}

/** What is strange about accepted values. */
export function warningsOf(type: RecordType, values: Record<string, FieldValue>): Violation[] {
  const warnings: Violation[] = [];
  for (const { name, problem } of type.fields) {
    if (!problem) continue;
    const value = values[name];
    const strange = typeof value === 'string' ? problem(value) : undefined;
    if (strange !== undefined) warnings.push({ path: name, message: `${name} ${strange}` });
  }
  return warnings;
}

/** A required field is missing when it is null or blank, too: it cannot be cleared. */
function isMissing(given: unknown, required: boolean): boolean {
  if (given === undefined || given === null) return true;
  return required && typeof given === 'string' && isBlank(given);
}

function unknownFields(type: RecordType, row: Record<string, unknown>): Violation[] {
  const unknown = Object.keys(row).filter((name) => !type.fields.some((field) => field.name === name));
  if (unknown.length === 0) return [];
  const message = `Unknown field${unknown.length > 1 ? 's' : ''}: ${cutNames(unknown)}`;
  return [{ path: cutText(unknown[0] as string), message }];
}

/** Of a name that stands twice, neither value can be meant. */
function repeatedField(row: Record<string, unknown>): Violation[] {
  const name = repeatedName(row);
  return name === undefined ? [] : [{ path: name, message: `Duplicate field ${name}; send it once` }];
}
