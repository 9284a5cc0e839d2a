import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { RESPONSE_HEADERS } from './documented-headers.js';
import { errorExample } from './error-examples.js';
import { ERRORS_ANYWHERE } from '../../platform/errors/common.errors.js';
import { ProblemDetails } from '../../platform/http/dto/problem-details.dto.js';
import { type DocumentedSurface, SURFACES } from '../../surfaces.js';

interface DocumentedResponse {
  description: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, { schema: { $ref: string }; examples?: Record<string, { value: object }> }>;
}

/** The parts of an operation that decide about the headers of its responses. */
export interface DocumentedOperation {
  responses: Record<string, DocumentedResponse | { $ref: string }>;
  parameters?: { name: string }[];
  security?: object[];
}

const PROBLEM = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDetails) } } };

/**
 * Documents what every operation shares, once, as components: headers, the RFC 9457 format, and the errors of
 * any address (`ERRORS_ANYWHERE`) as the response `default`.
 */
export function addCommonResponses(document: OpenAPIObject): void {
  const components = (document.components ??= {});
  components.headers = Object.fromEntries(
    RESPONSE_HEADERS.map(({ key, description, required, schema }) => [
      key,
      { description, required, schema },
    ]),
  );
  components.responses = Object.fromEntries(
    SURFACES.all.map((surface) => [defaultName(surface), defaultResponse(surface)]),
  );
  for (const [path, operations] of Object.entries(document.paths)) {
    const ofAnyAddress = { $ref: `#/components/responses/${defaultName(SURFACES.of(path))}` };
    for (const operation of Object.values(operations) as DocumentedOperation[]) {
      for (const [status, response] of Object.entries(operation.responses))
        addHeadersAndProblems(status, response as DocumentedResponse, operation);
      operation.responses['default'] = ofAnyAddress;
    }
  }
}

/** Surfaces with the same error format share the response. */
function defaultName({ errorBody }: DocumentedSurface): string {
  return `Any${errorBody.name}`;
}

function defaultResponse(surface: DocumentedSurface): DocumentedResponse {
  const schema = { $ref: getSchemaPath(surface.errorBody) };
  const examples = Object.fromEntries(ERRORS_ANYWHERE.map((kind) => errorExample(kind, surface)));
  const response = {
    description: `Errors that every path can return. ${ERRORS_ANYWHERE.map(({ status, message }) => `${status}: ${message}`).join('  \n')}`,
    content: { 'application/json': { schema, examples } },
  };
  addHeadersAndProblems('default', response, { responses: {}, security: [{ any: [] }] });
  return response;
}

function addHeadersAndProblems(
  status: string,
  response: DocumentedResponse,
  operation: DocumentedOperation,
): void {
  const named = RESPONSE_HEADERS.filter(({ comesWith }) => comesWith(status, operation));
  response.headers = Object.fromEntries(
    named.map(({ name, key }) => [name, { $ref: `#/components/headers/${key}` }]),
  );
  const isError = status === 'default' || Number(status) >= 400;
  if (isError && response.content) Object.assign(response.content, PROBLEM);
}
