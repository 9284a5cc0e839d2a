import type { Violation } from '../../platform/errors/app-error.js';
import { repeatedName } from '../../platform/http/body/json-body.js';
import { cutNames, cutText } from '../../platform/values/cut-text.js';
import { isBlank } from '../../platform/values/visible-text.js';
import { type FieldValue, Refused } from '../fields/rules.js';
import type { RecordType } from '../record-types/record-type.js';

/** One row of a call after its check. It may be written if `violations` is empty. */
export interface CheckedRow {
  index: number;
  /** As sent; empty if it was missing or not text. */
  externalId: string;
  /** The accepted values. An omitted field is absent. */
  values: Record<string, FieldValue>;
  violations: Violation[];
  /** Unusual accepted values. They do not prevent the write. */
  warnings: Violation[];
}

/** Checks one row against its type. It reports every problem, not only the first. */
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

/** Returns a warning for each unusual value. */
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

/** A required field also counts as missing if it is null or blank, because it cannot be cleared. */
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

/** Reports a repeated name, because it is unknown which value was meant. */
function repeatedField(row: Record<string, unknown>): Violation[] {
  const name = repeatedName(row);
  return name === undefined ? [] : [{ path: name, message: `Duplicate field ${name}; send it once` }];
}
