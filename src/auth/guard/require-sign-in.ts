import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { declareAccess } from '../../platform/http/route-access.js';
import { AuthErrors } from '../principal/auth.errors.js';
import type { RouteAccess } from '../principal/route-access.js';
import type { JwtContent } from '../principal/jwt-content.js';

/** Name of the security scheme for sign-in in the OpenAPI document. */
export const SIGN_IN_SECURITY = 'signIn';

/** Declares that a route needs a person who has signed in, or a private token of theirs. */
export function RequireSignIn(): MethodDecorator {
  return declareAccess<RouteAccess>(
    { public: false, caller: 'account', roles: [] },
    ApiBearerAuth(SIGN_IN_SECURITY),
    ApiErrors(CommonErrors.validation, AuthErrors.invalidToken, AuthErrors.rateLimitExceeded),
    ApiErrors(CommonErrors.internal, CommonErrors.serviceUnavailable),
  );
}

/** Parameter decorator: the content of the JWT that the caller sent. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): JwtContent => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal || !('signedIn' in principal && principal.signedIn))
    throw new Error('@CurrentSession() on a route that does not declare @RequireSignIn()');
  return principal.signedIn;
});
