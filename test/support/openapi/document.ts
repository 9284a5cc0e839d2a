import { readFileSync } from 'node:fs';

/** The parts of a JSON Schema that tests use. */
export interface Schema {
  $ref?: string;
  /** In OpenAPI 3.1, a nullable type is a list of two. */
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
  example?: unknown;
}

export interface Parameter {
  $ref?: string;
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  example?: unknown;
  schema?: Schema;
}

/** A response header. */
export interface Header {
  $ref?: string;
  required?: boolean;
  schema?: Schema;
}

export interface Content {
  schema: Schema;
  example?: unknown;
}

export interface DocumentedResponse {
  $ref?: string;
  description: string;
  headers?: Record<string, Header>;
  content?: Record<string, Content>;
  /** Every code that the error may have. */
  'x-error-codes'?: string[];
}

/** An operation in the document. */
interface Documented {
  operationId?: string;
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, DocumentedResponse>;
  'x-required-scopes'?: string[];
  'x-required-scopes-any'?: string[];
  'x-required-roles-any'?: string[];
}

/** An operation with its method and path. */
export interface Operation extends Documented {
  /** In upper case. */
  method: string;
  /** With parameters in braces. */
  path: string;
  parameters: Parameter[];
  body?: Schema;
}

interface Document {
  paths: Record<string, Record<string, Documented>>;
  components: { schemas: Record<string, Schema>; headers: Record<string, Header> };
}

/** The committed OpenAPI document. */
export const DOCUMENT = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;

/** Every operation of the document. */
export const OPERATIONS: Operation[] = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, documented]) => operationOf(path, method, documented)),
);

function operationOf(path: string, method: string, documented: Documented): Operation {
  const body = Object.values(documented.requestBody?.content ?? {})[0]?.schema;
  return {
    ...documented,
    method: method.toUpperCase(),
    path,
    parameters: (documented.parameters ?? []).map(resolved),
    ...(body && { body }),
  };
}

/** Returns the part of the document that a `$ref` names; a part without `$ref` is returned as it is. */
export function resolved<Part extends { $ref?: string }>(part: Part): Part {
  if (part.$ref === undefined) return part;
  const steps = part.$ref.slice(2).split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], DOCUMENT) as Part;
}

/** Returns the type, without `null`. */
export function typeOf({ type }: Schema): string | undefined {
  return Array.isArray(type) ? type.find((one) => one !== 'null') : type;
}

interface Address {
  form: RegExp;
  operations: Operation[];
}

/** Addresses without parameters come first, because an address with a parameter would match them too. */
const ADDRESSES: Address[] = Object.keys(DOCUMENT.paths)
  .sort((a, b) => a.split('{').length - b.split('{').length)
  .map((path) => ({
    form: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`),
    operations: OPERATIONS.filter((operation) => operation.path === path),
  }));

/**
 * Returns the operations at a called address, for all methods; empty if the document does not have the
 * address.
 */
export function operationsAt(target: string): Operation[] {
  const path = target.split('?')[0] as string;
  return ADDRESSES.find(({ form }) => form.test(path))?.operations ?? [];
}
