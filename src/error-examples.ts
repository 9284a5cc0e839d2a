import type { OpenAPIObject } from '@nestjs/swagger';
import { ErrorKind } from './platform/errors/app-error.js';
import { toWire } from './platform/errors/error-format.js';

const REQUEST_ID = 'req_01kan2x5v6fkrb3m1s3c1v9y7t';
const ERROR_SCHEMA = '#/components/schemas/ErrorBody';

/** The schemas of the error bodies of the surfaces that do not answer as the Integration API does. */
const SURFACE_SCHEMAS: [path: RegExp, schema: string][] = [
  [/^\/apiops\//, '#/components/schemas/ManagementErrorBody'],
  [/^\/api\/v1\/auth\//, '#/components/schemas/AccountErrorBody'],
];

interface Content {
  schema?: { $ref?: string };
  examples?: Record<string, { value: unknown }>;
}

type Operation = { responses: Record<string, { content?: Record<string, Content> }> };

/** Routes declare the errors that they can answer by kind; here each is shown as its surface writes it. */
export function showErrorsAsAnswered(document: OpenAPIObject): void {
  for (const [path, operations] of Object.entries(document.paths)) {
    const [, schema] = SURFACE_SCHEMAS.find(([form]) => form.test(path)) ?? [];
    if (schema === undefined) continue;
    for (const operation of Object.values(operations) as Operation[]) showErrors(operation, path, schema);
  }
}

function showErrors({ responses }: Operation, url: string, schema: string): void {
  for (const [status, { content = {} }] of Object.entries(responses)) {
    for (const part of Object.values(content)) {
      if (part.schema?.$ref !== ERROR_SCHEMA) continue;
      part.schema = { $ref: schema };
      part.examples = Object.fromEntries(
        Object.values(part.examples ?? {}).map(({ value }) => exampleOf(value, Number(status), url)),
      );
    }
  }
}

function exampleOf(plain: unknown, status: number, url: string): [code: string, example: { value: unknown }] {
  const { error, message } = plain as { error: string; message: string };
  const { body } = toWire(new ErrorKind(error, status, message).error(), REQUEST_ID, {
    url,
    accept: undefined,
  });
  const shown = body as { error?: string; errors?: [{ code: string }] };
  return [shown.error ?? shown.errors?.[0].code ?? error, { value: body }];
}
