import type { OpenAPIObject } from '@nestjs/swagger';
import { CommonErrors } from './platform/errors/common.errors.js';

const METHODS_THAT_WRITE = ['post', 'put', 'patch', 'delete'] as const;

interface DocumentedResponse {
  description: string;
  content?: Record<string, { examples?: Record<string, unknown> }>;
}

/** Whatever writes to the database can lose its response: beside each SERVICE_UNAVAILABLE stands OUTCOME_UNKNOWN. */
export function documentLostOutcomes(document: OpenAPIObject): void {
  const { code, message, status } = CommonErrors.outcomeUnknown;
  const example = { value: { error: code, message, requestId: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' } };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS_THAT_WRITE) {
      const response = path[method]?.responses[status] as DocumentedResponse | undefined;
      const content = response?.content?.['application/json'];
      if (!response || !content?.examples) continue;
      response.description += `  \n\`${code}\`: ${message}`;
      content.examples[code] = example;
    }
  }
}
