import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { declareAccess } from '../../platform/http/route-access.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { AuthErrors } from '../principal/auth.errors.js';
import type { Scope } from '../principal/scopes.js';
import type { RouteAccess } from '../principal/route-access.js';

/** Name of the bearer scheme for integration tokens in the OpenAPI document. */
export const TOKEN_SECURITY = 'integrationToken';

/**
 * Declares the scopes that a machine credential needs for a route. Without scopes, any valid machine
 * credential is enough.
 * The decorator sets metadata, guard and documentation together.
 */
export function RequireScopes(...scopes: Scope[]): MethodDecorator {
  return requireScopes(scopes, false);
}

/** Declares that one of these scopes is enough. The route shows each caller only what their scopes allow. */
export function RequireAnyScope(...scopes: Scope[]): MethodDecorator {
  return requireScopes(scopes, true);
}

function requireScopes(scopes: Scope[], anyOf: boolean): MethodDecorator {
  const { insufficientScopes, forbidden: _, ...always } = AuthErrors;
  const errors = [...Object.values(always), ...(scopes.length > 0 ? [insufficientScopes] : [])];
  return declareAccess<RouteAccess>(
    { public: false, caller: 'integration', scopes, ...(anyOf ? { anyOf } : {}) },
    ApiBearerAuth(TOKEN_SECURITY),
    ApiExtension(anyOf ? 'x-required-scopes-any' : 'x-required-scopes', scopes),
    ApiErrors(CommonErrors.validation, ...errors, CommonErrors.internal, CommonErrors.serviceUnavailable),
  );
}
