import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ErrorKind } from '../errors/app-error.js';

/** The error body of the Integration API, for the documentation. */
export class ErrorBody {
  @ApiProperty({ description: 'The machine-readable code.', example: 'VALIDATION_ERROR' })
  error!: string;

  @ApiProperty({ description: 'What is wrong and how to mend it, for a person.' })
  message!: string;

  @ApiPropertyOptional({ description: 'More of it for a machine, such as the places of a validation error.' })
  details?: unknown;

  @ApiProperty({ description: 'Quote it when asking for help.', example: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' })
  requestId!: string;
}

const DOCUMENTED = 'eudr:documented-errors';

/**
 * Documents the errors a route can answer: one response per status, with every code it may hold. May stand
 * several times on a route; the lists add up.
 */
export function Answers(...kinds: ErrorKind[]): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const present = (Reflect.getMetadata(DOCUMENTED, handler) as ErrorKind[] | undefined) ?? [];
    const all = [...new Set([...kinds, ...present])];
    Reflect.defineMetadata(DOCUMENTED, all, handler);
    const statuses = [...new Set(all.map((kind) => kind.status))];
    const responses = statuses.map((status) =>
      response(
        status,
        all.filter((kind) => kind.status === status),
      ),
    );
    applyDecorators(...responses)(target, key, descriptor);
  };
}

function response(status: number, kinds: ErrorKind[]): MethodDecorator {
  const examples = kinds.map((kind) => [
    kind.code,
    { value: { error: kind.code, message: kind.message, requestId: 'req_01kan2x5v6fkrb3m1s3c1v9y7t' } },
  ]);
  return ApiResponse({
    status,
    description: kinds.map((kind) => `\`${kind.code}\`: ${kind.message}`).join('  \n'),
    content: {
      'application/json': {
        schema: { $ref: getSchemaPath(ErrorBody) },
        examples: Object.fromEntries(examples) as Record<string, { value: unknown }>,
      },
    },
  });
}
