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

/** An answer as it came. */
export interface ReceivedAnswer {
  status: number;
  headers: Headers;
  /** Undecoded. */
  body: string;
}

/** What any address can answer, and the document says once. */
const ANYWHERE = new Set([405, 406, 408, 413, 415, 431]);

/** Headers of HTTP itself and those that guard browsers: they come with any answer, and mean the same everywhere. */
const OF_HTTP =
  /^(date|connection|keep-alive|transfer-encoding|content-(type|length|security-policy)|cache-control|vary|strict-transport-security|referrer-policy|cross-origin-.*|access-control-.*|origin-agent-cluster|x-(content-type|download|frame)-options|x-dns-prefetch-control|x-permitted-cross-domain-policies|x-xss-protection)$/;

/**
 * Holds an answer against the committed OpenAPI document: status, headers, media type, body and an error's code. The
 * document's schemas are taken at their word: a member that they do not name is a mistake, unless they say
 * `additionalProperties`. Throws what is wrong; passes over addresses that are not in the document.
 */
export function requireDocumented(method: string, path: string, answer: ReceivedAnswer): void {
  const operations = operationsAt(path);
  const own = operations.find((operation) => operation.method === (method === 'HEAD' ? 'GET' : method));
  const operation = own ?? (answer.status === 405 ? operations[0] : undefined);
  const received = method === 'HEAD' ? { ...answer, body: undefined } : answer;
  const problem = operation && undocumented(operation, received);
  if (problem !== undefined) throw new Error(`${method} ${path}, by openapi.json: ${problem}`);
}

/** What is wrong with an answer by the document, or undefined. Without a body, as of HEAD, the rest is checked. */
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

/** The request id, the headers of the rate limit and an error's link come with any response; the document says so at `default`. */
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

/** The code of an error, in whatever form its surface writes it. */
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
/** By the schema's name, or by itself where it has none. Compiled at first use: a test file needs few of them. */
const validators = new Map<string | Schema, ValidateFunction>();

function validatorOf(schema: Schema): ValidateFunction {
  const key = schema.$ref ?? schema;
  const validate = validators.get(key) ?? ajv.compile(closed(schema));
  validators.set(key, validate);
  return validate;
}

/** The schema without room for members that it does not name. */
function closed(schema: Schema): Schema & { unevaluatedProperties: false } {
  return { ...closedBelow(schema), unevaluatedProperties: false };
}

/** The same for its members alone: what is one part of a whole (`allOf`) cannot tell which others there are. */
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
