import type { Type } from '@nestjs/common';
import { snakeCase } from '../../platform/database/naming.js';
import type { Scope } from '../../auth/principal/scopes.js';
import { type Field, fieldsOf, type Storage } from '../fields/field.decorators.js';

export const ENTITY_TYPES = ['SUPPLIER', 'PRODUCT', 'BATCH'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** A field that names another record, and the column with that record's internal id. */
export interface Reference {
  field: string;
  column: string;
  to: EntityType;
}

/** The handwritten part of a record type. */
interface Definition {
  entityType: EntityType;
  /** Name in messages, such as `Supplier`. */
  label: string;
  /** Name of the table, of the path and of the list in a bulk body: `suppliers`. */
  plural: 'suppliers' | 'products' | 'batches';
  idPrefix: string;
  input: Type<object>;
  /** Example of an `externalId` for the documentation. */
  exampleId: string;
  /** The field that a list shows as the record's name. */
  nameField: string;
  references: Reference[];
  /** Two date fields. The second is never before the first. */
  dateOrder?: { first: string; second: string };
  readScope: Scope;
  writeScope: Scope;
  /** Names of boolean members that a bulk body may have beside the list. Hooks receive them. */
  bulkFlags?: string[];
  /** For the documentation, if a bulk call of this type returns or does more than others. */
  bulkAnswer?: Type<unknown>;
  bulkDescription?: string;
}

/** A column that stores a field of a record. */
export interface ContentColumn {
  /** Name of the field for callers. */
  field: string;
  column: string;
  storage: Storage;
  reference?: Reference;
}

/** A record type for the engine: everything that differs between suppliers, products and batches. */
export interface RecordType extends Definition {
  fields: Field[];
  content: ContentColumn[];
}

/** Completes a definition with the fields that its input class declares. */
export function defineRecordType(definition: Definition): RecordType {
  const fields = fieldsOf(definition.input);
  const content = fields
    .filter((field) => field.name !== 'externalId')
    .map((field): ContentColumn => {
      const reference = definition.references.find((candidate) => candidate.field === field.name);
      const column = reference?.column ?? snakeCase(field.name);
      return { field: field.name, column, storage: field.storage, ...(reference ? { reference } : {}) };
    });
  return { ...definition, fields, content };
}
