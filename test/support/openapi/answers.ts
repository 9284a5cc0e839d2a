import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import {
  DOCUMENT,
  type DocumentedResponse,
  type Header,
  type Operation,
  operationsAt,
  resolved,
  type Schema,
} from './document.js';

/** A received response. */
export interface ReceivedAnswer {
  status: number;
  headers: Headers;
  /** Not decoded. */
  body: string;
}

/** Statuses that any address can return. The document lists them once. */
const ANYWHERE = new Set([405, 406, 408, 413, 415, 431]);

/**
 * Headers of HTTP itself and security headers. Any response may have them, with the same meaning everywhere.
 */
const OF_HTTP =
  /^(date|connection|keep-alive|transfer-encoding|content-(type|length|security-policy)|cache-control|vary|strict-transport-security|referrer-policy|cross-origin-.*|access-control-.*|origin-agent-cluster|x-(content-type|download|frame)-options|x-dns-prefetch-control|x-permitted-cross-domain-policies|x-xss-protection)$/;

/**
 * Checks a response against the committed OpenAPI document: status, headers, media type, body and error code.
 * It is strict: a member that the schema does not name is an error, unless the schema has
 * `additionalProperties`. It skips addresses that are not in the document.
 * @throws {Error} with the difference
 */
export function requireDocumented(method: string, path: string, answer: ReceivedAnswer): void {
  const operations = operationsAt(path);
  const own = operations.find((operation) => operation.method === (method === 'HEAD' ? 'GET' : method));
  const operation = own ?? (answer.status === 405 ? operations[0] : undefined);
  const received = method === 'HEAD' ? { ...answer, body: undefined } : answer;
  const problem = operation && undocumented(operation, received);
  if (problem !== undefined) throw new Error(`${method} ${path}, by openapi.json: ${problem}`);
}

/**
 * Returns how a response differs from the document, or undefined. Without a body, as after HEAD, it checks
 * the rest.
 */
export function undocumented(
  operation: Operation,
  { status, headers, body }: Omit<ReceivedAnswer, 'body'> & { body: string | undefined },
): string | undefined {
  const { responses } = operation;
  const key = responses[status] || !ANYWHERE.has(status) ? status : 'default';
  const response = responses[key] && resolved(responses[key]);
  if (!response) return `status ${status} is not documented: ${body?.slice(0, 300)}`;
  const problem =
    wrongHeader(response, headers, onEveryResponse(operation)) ??
    (body === undefined ? undefined : wrongContent(response, headers.get('content-type') ?? '', body));
  return problem === undefined ? undefined : `status ${status}: ${problem}`;
}

/**
 * The document lists the request id, the rate limit headers and the error link once, at `default`. Any
 * response may have them.
 */
function onEveryResponse({ responses }: Pick<Operation, 'responses'>): string[] {
  return Object.keys((responses['default'] && resolved(responses['default']).headers) ?? {})
    .map((name) => name.toLowerCase())
    .filter((name) => /ratelimit|x-request-id|link/.test(name));
}

function wrongHeader(
  { headers: documented = {} }: DocumentedResponse,
  headers: Headers,
  besides: string[],
): string | undefined {
  const known = new Map(Object.entries(documented).map(([name, header]) => [name.toLowerCase(), header]));
  for (const [name, header] of known) {
    const problem = wrongValue(resolved(header), headers.get(name));
    if (problem) return `the header ${name} ${problem}`;
  }
  const unknown = [...headers.keys()].filter(
    (name) => !known.has(name) && !OF_HTTP.test(name) && !besides.includes(name),
  );
  return unknown.length > 0 ? `undocumented headers: ${unknown.join(', ')}` : undefined;
}

function wrongValue({ required = false, schema }: Header, value: string | null): string | undefined {
  if (value === null) return required ? 'is missing' : undefined;
  return schema?.type === 'integer' && !/^\d+$/.test(value) ? `is no whole number: ${value}` : undefined;
}

function wrongContent(
  { content, 'x-error-codes': codes }: DocumentedResponse,
  type: string,
  body: string,
): string | undefined {
  if (!content) return body === '' ? undefined : 'documented without a body';
  const [mediaType = ''] = type.split(';');
  const documented = content[mediaType];
  if (!documented) return `the type "${mediaType}" is not documented`;
  if (!mediaType.endsWith('json')) return undefined;
  const parsed = JSON.parse(body) as unknown;
  const validate = validatorOf(documented.schema);
  if (!validate(parsed))
    return `${ajv.errorsText(validate.errors)} ${JSON.stringify(validate.errors?.[0]?.params)}`;
  const code = codeOf(parsed);
  const isListed = !codes || code === undefined || codes.includes(code);
  return isListed ? undefined : `the error ${code} is not documented`;
}

/** Returns the code of an error in the format of any surface. */
function codeOf(body: unknown): string | undefined {
  const { error, type, errors } = (body ?? {}) as {
    error?: unknown;
    type?: string;
    errors?: { code?: string }[];
  };
  if (typeof error === 'string') return error;
  return type === 'validation_error' ? type : errors?.[0]?.code;
}

const ajv = new Ajv2019({
  strict: false,
  formats: {
    'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    date: /^\d{4}-\d\d-\d\d$/,
    email: /^[^@\s]+@[^@\s]+$/,
    password: true,
  },
});
ajv.addSchema({ $id: 'openapi', components: { schemas: mapped(DOCUMENT.components.schemas, closedBelow) } });
/**
 * By the name of the schema, or by the schema itself if it has no name. Compiled at first use, because a test
 * file needs only few.
 */
const validators = new Map<string | Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const key = schema.$ref ?? schema;
  const validate = validators.get(key) ?? ajv.compile(closed(schema));
  validators.set(key, validate);
  return validate;
}

/** Returns the schema without additional members. */
function closed(schema: Schema): Schema & { unevaluatedProperties: false } {
  return { ...closedBelow(schema), unevaluatedProperties: false };
}

/**
 * Closes only the members of a schema. A part of a whole (`allOf`) cannot know the members of the other
 * parts.
 */
function closedBelow({ $ref, properties, items, additionalProperties, ...rest }: Schema): Schema {
  const { allOf, oneOf, anyOf } = rest;
  return {
    ...rest,
    ...($ref !== undefined && { $ref: `openapi${$ref}` }),
    ...(properties && { properties: mapped(properties, closed) }),
    ...(items && { items: closed(items) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'object' ? closed(additionalProperties) : additionalProperties,
    }),
    ...(allOf && { allOf: allOf.map(closedBelow) }),
    ...(oneOf && { oneOf: oneOf.map(closedBelow) }),
    ...(anyOf && { anyOf: anyOf.map(closedBelow) }),
  };
}

function mapped(schemas: Record<string, Schema>, map: (schema: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, map(schema)]));
}
