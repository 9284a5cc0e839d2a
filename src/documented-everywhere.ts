import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemDetails } from './platform/http/dto/problem-details.dto.js';
import { SURFACES } from './surfaces.js';

interface DocumentedResponse {
  description?: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema: { $ref: string } }>;
}

type Responses = Record<string, DocumentedResponse>;

const PROBLEM = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDetails) } } };

/** Headers by their names: what they hold, and with which statuses they come. */
const HEADERS: Record<string, { description: string; type: 'string' | 'integer'; statuses: RegExp }> = {
  'X-Request-Id': { description: 'Quote it when asking for help.', type: 'string', statuses: /./ },
  'X-RateLimit-Limit': { description: 'Calls a minute.', type: 'integer', statuses: /^(2..|429)$/ },
  'X-RateLimit-Remaining': { description: 'Calls left.', type: 'integer', statuses: /^(2..|429)$/ },
  'X-RateLimit-Reset': { description: 'When, in epoch seconds.', type: 'integer', statuses: /^(2..|429)$/ },
  RateLimit: { description: 'The same, as the IETF writes it.', type: 'string', statuses: /^(2..|429)$/ },
  'RateLimit-Policy': {
    description: 'The limit, as the IETF writes it.',
    type: 'string',
    statuses: /^(2..|429)$/,
  },
  'Retry-After': { description: 'Seconds to wait.', type: 'integer', statuses: /^(429|503)$/ },
  'WWW-Authenticate': { description: 'RFC 6750, section 3.', type: 'string', statuses: /^401$/ },
  'Accept-Encoding': { description: 'Bodies are sent uncompressed.', type: 'string', statuses: /^415$/ },
};

/** Which headers only a credential brings. */
const OF_CREDENTIALS = /^(X-)?RateLimit/;

/**
 * What holds for every call is said once, as components: headers, RFC 9457, and what any address can answer besides
 * (405, 406, 408, 413, 415, 431 and malformed HTTP), as the response `default`.
 */
export function documentEverywhere(document: OpenAPIObject): void {
  const components = (document.components ??= {});
  components.headers = Object.fromEntries(
    Object.entries(HEADERS).map(([name, { description, type }]) => [name, { description, schema: { type } }]),
  );
  for (const [path, operations] of Object.entries(document.paths)) {
    const errorBody = { $ref: getSchemaPath(SURFACES.of(path).errorBody) };
    for (const { responses, security } of Object.values(operations) as Operation[]) {
      responses['default'] = {
        description: 'What any address can answer: 405, 406, 408, 413, 415, 431, or 400 for malformed HTTP.',
        content: { 'application/json': { schema: errorBody } },
      };
      addHeadersAndProblems(responses, security !== undefined);
    }
  }
}

interface Operation {
  responses: Responses;
  security?: unknown;
}

function addHeadersAndProblems(responses: Responses, isClosed: boolean): void {
  for (const [status, response] of Object.entries(responses)) {
    const named = Object.entries(HEADERS).filter(
      ([name, { statuses }]) => statuses.test(status) && (isClosed || !OF_CREDENTIALS.test(name)),
    );
    const headers = named.map(([name]) => [name, { $ref: `#/components/headers/${name}` }]);
    response.headers = {
      ...response.headers,
      ...(Object.fromEntries(headers) as Record<string, { $ref: string }>),
    };
    const isError = status === 'default' || Number(status) >= 400;
    if (isError && response.content) Object.assign(response.content, PROBLEM);
  }
}
