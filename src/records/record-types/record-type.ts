import type { Type } from '@nestjs/common';
import { snakeCase } from '../../platform/database/naming.js';
import type { Scope } from '../../auth/principal/scopes.js';
import { type Field, fieldsOf, type Storage } from '../fields/field.decorators.js';

export const ENTITY_TYPES = ['SUPPLIER', 'PRODUCT', 'BATCH'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** A field by which callers name another record, and the column that holds that record's id. */
export interface Reference {
  field: string;
  column: string;
  to: EntityType;
}

/** What is written by hand about a record type. */
interface Definition {
  entityType: EntityType;
  /** In messages: `Supplier`. */
  label: string;
  /** The table, the path and the list's name in a bulk body: `suppliers`. */
  plural: 'suppliers' | 'products' | 'batches';
  idPrefix: string;
  input: Type<object>;
  /** An `externalId` for the documentation's examples. */
  exampleId: string;
  /** The field that a list shows as the record's name. */
  nameField: string;
  references: Reference[];
  /** Two dates of which the second is never before the first. */
  dateOrder?: { first: string; second: string };
  readScope: Scope;
  writeScope: Scope;
  /** Names of booleans that a bulk body may hold beside the list; hooks are told of them. */
  bulkFlags?: string[];
  /** For the documentation, where a bulk call of this type answers or does more than the others. */
  bulkAnswer?: Type<unknown>;
  bulkDescription?: string;
}

/** A stored column of a record's content. */
export interface ContentColumn {
  /** The field as callers know it. */
  field: string;
  column: string;
  storage: Storage;
  reference?: Reference;
}

/** A record type as the engine works with it: everything that differs between suppliers, products and batches. */
export interface RecordType extends Definition {
  fields: Field[];
  content: ContentColumn[];
}

/** Completes a definition by what its input class declares. */
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
