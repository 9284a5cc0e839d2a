import { AuthErrors } from '../../auth/principal/auth.errors.js';
import type { DocumentedOperation } from './documented-everywhere.js';
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

/** Response headers beside those of HTTP itself. */
export const RESPONSE_HEADERS: ResponseHeader[] = [
  always('X-Request-Id', 'On every response. Quote it when asking for help.', isOneOf('default')),
  ...[
    rateLimit('X-RateLimit-Limit', 'integer', 'Calls a minute.'),
    rateLimit('X-RateLimit-Remaining', 'integer', 'Calls left.'),
    rateLimit('X-RateLimit-Reset', 'integer', 'When, in epoch seconds.'),
    rateLimit('RateLimit', 'string', 'The same, as the IETF writes it.'),
    rateLimit('RateLimit-Policy', 'string', 'The limit, as the IETF writes it.'),
  ],
  { ...always('Retry-After', 'Seconds to wait.', isOneOf(429, 503)), schema: { type: 'integer' } },
  {
    ...sometimes('Retry-After', `Seconds to wait, with \`${IdempotencyErrors.inProgress.code}\`.`, isBusy),
    schema: { type: 'integer' },
  },
  always('WWW-Authenticate', 'RFC 6750, section 3.', isOneOf(401)),
  sometimes('WWW-Authenticate', 'RFC 6750, section 3: the scopes that it takes.', lacksScopes),
  sometimes(
    'Link',
    'On every error: the page that explains its code, `rel="help"` (RFC 8288).',
    isOneOf('default'),
  ),
  sometimes('Accept-Encoding', 'Bodies are sent uncompressed.', isOneOf('default')),
  sometimes('Allow', 'With 405: the methods that it answers.', isOneOf('default')),
  {
    ...always('ETag', 'For `If-Match` and `If-None-Match`: what was read or written.', isTagged),
    schema: { type: 'string', example: '"v1"' },
  },
  sometimes('Idempotency-Replayed', '`true`: the answer of the first call with this key.', isKept),
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
