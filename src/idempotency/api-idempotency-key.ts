import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validationError } from '../platform/errors/common.errors.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { IdempotencyErrors } from './idempotency.errors.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** Documents that a route takes an `Idempotency-Key`. Its handler runs the work through `Idempotency`. */
export function ApiIdempotencyKey(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      schema: { type: 'string', maxLength: 257 },
      description:
        'Makes the call safe to retry. For 24 hours, the same call with the same key returns the first successful response, with `Idempotency-Replayed: true`, and changes nothing.',
    }),
    ApiErrors(...Object.values(IdempotencyErrors)),
  );
}

/** Parameter decorator: the call, for `Idempotency.run`. */
export const IdempotentCall = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest => {
    const http = context.switchToHttp();
    return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
  },
);

/** @throws VALIDATION_ERROR if a call carries a key but must do its work each time */
export function refuseIdempotencyKey({ request }: IdempotentRequest): void {
  if (request.headers['idempotency-key'] === undefined) return;
  const message = 'This endpoint does not support Idempotency-Key. Send the call without it';
  throw validationError([{ path: 'Idempotency-Key', message }]);
}
