import type { Violation } from '../../platform/errors/app-error.js';
import type { FieldValue } from '../fields/rules.js';
import type { RecordType } from '../record-types/record-type.js';
import type { StoredRow } from './record-table.js';
import type { CheckedRow } from './row-check.js';

/**
 * Returns the row, or a copy with a violation if its dates contradict each other.
 * An omitted date counts as stored. A row with neither date is not checked.
 * @param base the record whose omitted fields stay unchanged; undefined if there is none
 */
export function withDateProblems(type: RecordType, row: CheckedRow, base: StoredRow | undefined): CheckedRow {
  const problem = dateProblem(type, row, base);
  return problem === undefined ? row : { ...row, violations: [...row.violations, problem] };
}

function dateProblem(
  type: RecordType,
  { values }: CheckedRow,
  base: StoredRow | undefined,
): Violation | undefined {
  if (!type.dateOrder) return undefined;
  const { first, second } = type.dateOrder;
  if (values[first] === undefined && values[second] === undefined) return undefined;
  const from = values[first] === undefined ? storedValue(type, base, first) : values[first];
  const to = values[second] === undefined ? storedValue(type, base, second) : values[second];
  if (typeof from !== 'string' || typeof to !== 'string' || from <= to) return undefined;
  return values[second] === undefined
    ? { path: first, message: `${first} must not be after the stored ${second} ${to}` }
    : { path: second, message: `${second} must not be before ${first} ${from}` };
}

function storedValue(type: RecordType, base: StoredRow | undefined, field: string): FieldValue | undefined {
  return base?.content()[type.content.findIndex((column) => column.field === field)];
}
