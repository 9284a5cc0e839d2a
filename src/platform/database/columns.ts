import {
  Column,
  PrimaryColumn,
  type ColumnOptions,
  type TableColumnOptions,
  type ValueTransformer,
} from 'typeorm';
import { ENGINE } from '../config/engine.js';
import { asciiOnly } from './ascii.js';

/**
 * The only place that knows the column types of each engine. An entity uses the decorators
 * (`@KeyColumn(255)`), a migration the shapes (`tableColumn('externalId', shapes.key(255))`).
 */
type Shape = Pick<
  ColumnOptions,
  'length' | 'precision' | 'scale' | 'charset' | 'collation' | 'transformer'
> & {
  type:
    | 'varchar'
    | 'text'
    | 'longtext'
    | 'datetime'
    | 'date'
    | 'decimal'
    | 'int'
    | 'integer'
    | 'bigint'
    | 'boolean'
    | 'tinyint';
};

const onMysql = ENGINE === 'mysql';
const exactAscii = {
  transformer: asciiOnly,
  ...(onMysql ? { charset: 'ascii', collation: 'ascii_bin' } : {}),
};
const exactUnicode = onMysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};

const json: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (value: string | null) => (value === null ? null : (JSON.parse(value) as unknown)),
};
const wholeNumber: ValueTransformer = {
  to: (value: unknown) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

export const shapes = {
  /** A TypeID: case-sensitive ASCII. */
  id: (): Shape => ({ type: 'varchar', length: 40, ...exactAscii }),
  /** A status, hash or code: case-sensitive ASCII. */
  code: (length: number): Shape => ({ type: 'varchar', length, ...exactAscii }),
  /** Text that is compared exactly, character by character. `length` is in characters. */
  key: (length: number): Shape => ({ type: 'varchar', length, ...exactUnicode }),
  /** Text for people. `length` is in characters. */
  text: (length: number): Shape => ({ type: 'varchar', length, ...exactUnicode }),
  /** Text of up to 4 GB. */
  bigText: (): Shape => (onMysql ? { type: 'longtext', ...exactUnicode } : { type: 'text' }),
  /** A JSON document. */
  json: (): Shape => ({ ...shapes.bigText(), transformer: json }),
  /** A point in time in UTC, with milliseconds. */
  instant: (): Shape => (onMysql ? { type: 'datetime', precision: 3 } : { type: 'datetime' }),
  /** A calendar day, `YYYY-MM-DD`. */
  calendarDate: (): Shape => ({ type: 'date' }),
  /** A quantity: 10 digits before the decimal point, 6 after. */
  quantity: (): Shape => ({ type: 'decimal', precision: 16, scale: 6, transformer: wholeNumber }),
  int: (): Shape => (onMysql ? { type: 'int' } : { type: 'integer' }),
  bigInt: (): Shape => ({ type: 'bigint', transformer: wholeNumber }),
  bool: (): Shape => (onMysql ? { type: 'tinyint' } : { type: 'boolean' }),
};

/** Options that a column may add to its shape. */
type Extra = Pick<ColumnOptions, 'nullable' | 'default' | 'name'>;

const column = (shape: Shape, extra?: Extra): PropertyDecorator => Column({ ...shape, ...extra });

export const IdColumn = (): PropertyDecorator => PrimaryColumn(shapes.id());
export const RefColumn = (extra?: Extra): PropertyDecorator => column(shapes.id(), extra);
export const CodeColumn = (length: number, extra?: Extra): PropertyDecorator =>
  column(shapes.code(length), extra);
export const KeyColumn = (length: number, extra?: Extra): PropertyDecorator =>
  column(shapes.key(length), extra);
export const TextColumn = (length: number, extra?: Extra): PropertyDecorator =>
  column(shapes.text(length), extra);
export const BigTextColumn = (extra?: Extra): PropertyDecorator => column(shapes.bigText(), extra);
export const JsonColumn = (extra?: Extra): PropertyDecorator => column(shapes.json(), extra);
export const InstantColumn = (extra?: Extra): PropertyDecorator => column(shapes.instant(), extra);
export const CalendarDateColumn = (extra?: Extra): PropertyDecorator => column(shapes.calendarDate(), extra);
export const QuantityColumn = (extra?: Extra): PropertyDecorator => column(shapes.quantity(), extra);
export const IntColumn = (extra?: Extra): PropertyDecorator => column(shapes.int(), extra);
export const BigIntColumn = (extra?: Extra): PropertyDecorator => column(shapes.bigInt(), extra);
export const BoolColumn = (extra?: Extra): PropertyDecorator => column(shapes.bool(), extra);

/** Returns the shape as a column of a migration's table. */
export function tableColumn(
  name: string,
  shape: Shape,
  extra: { nullable?: boolean; primary?: boolean; default?: unknown } = {},
): TableColumnOptions {
  const { length, transformer: _, ...rest } = shape;
  return {
    name,
    ...rest,
    ...(length === undefined ? {} : { length: String(length) }),
    isNullable: extra.nullable ?? false,
    isPrimary: extra.primary ?? false,
    default: extra.default,
  };
}
