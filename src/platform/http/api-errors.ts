import { applyDecorators } from '@nestjs/common';
import { ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ErrorDefinition } from '../errors/app-error.js';
import { ErrorBody } from './dto/error-body.dto.js';

const DOCUMENTED = 'eudr:documented-errors';

/**
 * Documents the errors of a route: one response for each status, with all codes. Several decorators on one
 * route add up.
 */
export function ApiErrors(...kinds: ErrorDefinition[]): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const present = (Reflect.getMetadata(DOCUMENTED, handler) as ErrorDefinition[] | undefined) ?? [];
    const added = kinds.filter((kind) => !present.includes(kind));
    const all = [...present, ...added];
    Reflect.defineMetadata(DOCUMENTED, all, handler);
    const statuses = [...new Set(added.map((kind) => kind.status))];
    const of = (list: ErrorDefinition[], status: number): ErrorDefinition[] =>
      list.filter((kind) => kind.status === status);
    const responses = statuses.map((status) => response(status, of(added, status), of(all, status)));
    applyDecorators(...responses)(target, key, descriptor);
  };
}

/** The library joins the descriptions of one status but keeps only the last content. */
function response(status: number, added: ErrorDefinition[], all: ErrorDefinition[]): MethodDecorator {
  const examples = all.map((kind) => [
    kind.code,
    { value: { error: kind.code, message: kind.message, requestId: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' } },
  ]);
  return ApiResponse({
    status,
    description: added.map((kind) => `\`${kind.code}\`: ${kind.message}`).join('  \n'),
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(ErrorBody) },
        examples: Object.fromEntries(examples) as Record<string, { value: unknown }>,
      },
    },
  });
}
