import { AuthErrors } from '../../auth/principal/auth.errors.js';
import type { DocumentedOperation } from './common-responses.js';
import { IdempotencyErrors } from '../../idempotency/idempotency.errors.js';

/** A response header, and the responses that have it. */
interface ResponseHeader {
  name: string;
  /**
   * Name among the components. A header that is always present on some responses and optional on others has
   * two components.
   */
  key: string;
  description: string;
  required: boolean;
  schema: { type: 'string' | 'integer'; example?: string };
  comesWith: (status: string, operation: DocumentedOperation) => boolean;
}

/** Response headers to document, and the responses that carry them. */
export const RESPONSE_HEADERS: ResponseHeader[] = [
  always('X-Request-Id', 'On every response. Quote it when you ask for help.', isOneOf('default')),
  ...[
    rateLimit('X-RateLimit-Limit', 'integer', 'Allowed calls per minute.'),
    rateLimit('X-RateLimit-Remaining', 'integer', 'Remaining calls.'),
    rateLimit('X-RateLimit-Reset', 'integer', 'Time of the reset, in epoch seconds.'),
    rateLimit('RateLimit', 'string', 'Remaining calls, in the IETF format.'),
    rateLimit('RateLimit-Policy', 'string', 'The limit, in the IETF format.'),
  ],
  { ...always('Retry-After', 'Seconds to wait.', isOneOf(429, 503)), schema: { type: 'integer' } },
  {
    ...sometimes('Retry-After', `Seconds to wait, with \`${IdempotencyErrors.inProgress.code}\`.`, isBusy),
    schema: { type: 'integer' },
  },
  always('WWW-Authenticate', 'RFC 6750, section 3.', isOneOf(401)),
  sometimes('WWW-Authenticate', 'RFC 6750, section 3: the required scopes.', lacksScopes),
  sometimes(
    'Link',
    'On every error: URL of the page that explains the code, `rel="help"` (RFC 8288).',
    isOneOf('default'),
  ),
  sometimes('Accept-Encoding', 'On 415: bodies must be uncompressed.', isOneOf('default')),
  sometimes('Allow', 'On 405: the allowed methods.', isOneOf('default')),
  {
    ...always('ETag', 'Version of the record or list, for `If-Match` and `If-None-Match`.', isTagged),
    schema: { type: 'string', example: '"v1"' },
  },
  sometimes('Idempotency-Replayed', '`true`: this is the response of the first call with this key.', isKept),
];

type Condition = ResponseHeader['comesWith'];

function always(name: string, description: string, comesWith: Condition): ResponseHeader {
  return { name, key: name, description, required: true, schema: { type: 'string' }, comesWith };
}

function sometimes(name: string, description: string, comesWith: Condition): ResponseHeader {
  return { ...always(name, description, comesWith), key: `Optional-${name}`, required: false };
}

/**
 * Returns a rate limit header. Every response to a valid credential has these five headers.
 * Listing them at each response would make up a sixth of the document, so only 429 and `default` list them.
 */
function rateLimit(name: string, type: 'string' | 'integer', description: string): ResponseHeader {
  const comesWith: Condition = (status, operation) =>
    ['429', 'default'].includes(status) && isClosed(operation);
  return { name, key: name, description, required: false, schema: { type }, comesWith };
}

function isOneOf(...statuses: (number | 'default')[]): Condition {
  return (status) => statuses.map(String).includes(status);
}

function isClosed({ security = [] }: DocumentedOperation): boolean {
  return security.some((scheme) => Object.keys(scheme).length > 0);
}

function takes({ parameters = [] }: DocumentedOperation, header: string): boolean {
  return parameters.some(({ name }) => name === header);
}

function isTagged(status: string, operation: DocumentedOperation): boolean {
  return ['200', '201', '304'].includes(status) && takes(operation, 'If-None-Match');
}

function isKept(status: string, operation: DocumentedOperation): boolean {
  return status.startsWith('2') && takes(operation, 'Idempotency-Key');
}

function isBusy(status: string, operation: DocumentedOperation): boolean {
  return status === String(IdempotencyErrors.inProgress.status) && takes(operation, 'Idempotency-Key');
}

function lacksScopes(status: string, { responses }: DocumentedOperation): boolean {
  const { code, status: forbidden } = AuthErrors.insufficientScopes;
  if (status !== String(forbidden)) return false;
  const response = responses[status];
  const content = response && 'content' in response ? response.content : undefined;
  return code in (content?.['application/json']?.examples ?? {});
}
