import { Ajv, type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';

/** A JSON Schema of the document, as far as requests are made from it. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  format?: string;
  example?: unknown;
  nullable?: boolean;
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema?: Schema;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
}

/** One call of the API as documented. */
export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body?: Schema;
  responses: Record<string, Content & { $ref?: string }>;
}

interface Document {
  paths: Record<string, Record<string, Documented>>;
  components: { schemas: Record<string, Schema>; responses?: Record<string, Content> };
}

interface Documented {
  parameters?: (Parameter & { $ref?: string })[];
  requestBody?: Content;
  responses: Operation['responses'];
}

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as Document;
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
ajv.addSchema(document, 'openapi');
const validators = new Map<string, ValidateFunction>();

/** Every operation of the committed document. */
export const OPERATIONS: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, documented]) => operationOf(path, method, documented)),
);

function operationOf(path: string, method: string, documented: Documented): Operation {
  const body = Object.values(documented.requestBody?.content ?? {})[0]?.schema;
  return {
    method: method.toUpperCase(),
    path,
    parameters: (documented.parameters ?? []).map((parameter) => resolved(parameter)),
    responses: documented.responses,
    ...(body && { body }),
  };
}

/** The schema, or another part of the document, that a `$ref` names; what is no reference is itself. */
export function resolved<Part extends { $ref?: string }>(part: Part): Part {
  if (part.$ref === undefined) return part;
  const steps = part.$ref.slice(2).split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document) as Part;
}

/** What is wrong with an answer by the document, or undefined. */
export function undocumented(
  operation: Operation,
  status: number,
  type: string,
  body: string,
): string | undefined {
  const response = responseOf(operation, status)?.response;
  if (!response) return `status ${status} is not documented`;
  const content = resolved(response).content;
  if (!content) return body === '' ? undefined : `status ${status} is documented without a body`;
  const mediaType = type.split(';')[0] ?? '';
  const schema = content[mediaType]?.schema;
  if (!schema) return `${mediaType || 'an answer without a type'} is not documented for status ${status}`;
  if (!mediaType.endsWith('json')) return undefined;
  const validate = validatorOf(operation, status, mediaType);
  return validate(JSON.parse(body)) ? undefined : `status ${status}: ${ajv.errorsText(validate.errors)}`;
}

/** What any address can answer, and the document says once. */
const ANYWHERE = new Set([405, 406, 408, 413, 415, 431]);

interface FoundResponse {
  response: Operation['responses'][string];
  key: string;
}

function responseOf({ responses }: Operation, status: number): FoundResponse | undefined {
  const key = responses[String(status)] || !ANYWHERE.has(status) ? String(status) : 'default';
  const response = responses[key];
  return response && { response, key };
}

function validatorOf(operation: Operation, status: number, mediaType: string): ValidateFunction {
  const { path, method } = operation;
  const { response, key } = responseOf(operation, status) as FoundResponse;
  const at = response.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${key}`;
  const reference = `openapi#${at}/content/${escaped(mediaType)}/schema`;
  const known = validators.get(reference) ?? ajv.compile({ $ref: reference });
  validators.set(reference, known);
  return known;
}

/** As a step of a JSON Pointer in a URL fragment (RFC 6901, section 6). */
function escaped(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}
