import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import type { ErrorDefinition } from '../../platform/errors/app-error.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ErrorBody } from '../../platform/http/dto/error-body.dto.js';

const METHODS_WITH_BODIES = ['post', 'put', 'patch', 'delete'] as const;

interface DocumentedError {
  description: string;
  content?: Record<string, { schema: { $ref: string }; examples?: Record<string, { value: object }> }>;
}

/**
 * Documents the errors that depend only on the method: every method with a body can receive invalid JSON, and
 * every write can lose the database's response.
 */
export function documentErrorsByMethod(document: OpenAPIObject): void {
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS_WITH_BODIES) {
      const responses = path[method]?.responses as Record<string, DocumentedError> | undefined;
      if (!responses) continue;
      addError(responses, CommonErrors.malformedJson);
      if (responses[CommonErrors.outcomeUnknown.status]) addError(responses, CommonErrors.outcomeUnknown);
    }
  }
}

/** Adds an error to the response of its status, with the same structure as `@ApiErrors` writes. */
function addError(
  responses: Record<string, DocumentedError>,
  { code, message, status }: ErrorDefinition,
): void {
  const { description = '', content } = responses[status] ?? {};
  const value = { error: code, message, requestId: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' };
  responses[status] = {
    description: [description, `\`${code}\`: ${message}`].filter(Boolean).join('  \n'),
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(ErrorBody) },
        examples: { ...content?.['application/json']?.examples, [code]: { value } },
      },
    },
  };
}
