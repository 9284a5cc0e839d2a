import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validationError } from '../platform/errors/common.errors.js';
import { ApiErrors } from '../platform/http/api-errors.js';
import { IdempotencyErrors } from './idempotency.errors.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** Documents that a route takes an `Idempotency-Key`; its handler runs its work through `Idempotency`. */
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

/** A handler's parameter: the call, for `Idempotency.run`. */
export const IdempotentCall = createParamDecorator(
  (_: unknown, context: ExecutionContext): IdempotentRequest => {
    const http = context.switchToHttp();
    return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
  },
);

/** @throws VALIDATION_ERROR where a key is sent to a call whose purpose is to happen each time. */
export function refuseIdempotencyKey({ request }: IdempotentRequest): void {
  if (request.headers['idempotency-key'] === undefined) return;
  const message = 'This endpoint does not support Idempotency-Key. Send the call without it';
  throw validationError([{ path: 'Idempotency-Key', message }]);
}
