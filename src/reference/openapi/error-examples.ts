import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ErrorDefinition } from '../../platform/errors/app-error.js';
import { ErrorBody } from '../../platform/http/dto/error-body.dto.js';
import { type DocumentedSurface, SURFACES } from '../../surfaces.js';

const REQUEST_ID = 'req_01kan2x5v6fkrb3m1s3c1v9y7t';

interface Content {
  schema?: { $ref?: string };
  examples?: Record<string, { value: unknown }>;
}

type Operation = { responses: Record<string, { content?: Record<string, Content> }> };

/** Rewrites each documented error in the format of its surface. */
export function formatErrorExamples(document: OpenAPIObject): void {
  for (const [path, operations] of Object.entries(document.paths)) {
    const surface = SURFACES.of(path);
    for (const operation of Object.values(operations) as Operation[]) showErrors(operation, surface);
  }
}

function showErrors({ responses }: Operation, surface: DocumentedSurface): void {
  for (const [status, { content = {} }] of Object.entries(responses)) {
    for (const part of Object.values(content)) {
      if (part.schema?.$ref !== getSchemaPath(ErrorBody)) continue;
      part.schema = { $ref: getSchemaPath(surface.errorBody) };
      part.examples = Object.fromEntries(
        Object.values(part.examples ?? {}).map(({ value }) => exampleOf(value, Number(status), surface)),
      );
    }
  }
}

function exampleOf(
  plain: unknown,
  status: number,
  { formatError }: DocumentedSurface,
): [code: string, example: { value: object }] {
  const { error, message } = plain as { error: string; message: string };
  return errorExample(new ErrorDefinition(error, status, message), { formatError });
}

/** Returns an error in the format of the surface, with its code there. */
export function errorExample(
  kind: ErrorDefinition,
  { formatError }: Pick<DocumentedSurface, 'formatError'>,
): [code: string, example: { value: object }] {
  const { code, body } = formatError(kind.error(), { id: REQUEST_ID });
  return [code, { value: body }];
}
