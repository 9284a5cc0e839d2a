import { ApiBearerAuth, ApiExtension, ApiHeader, ApiParam } from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { declareAccess } from '../../platform/http/route-access.js';
import type { Role } from '../principal/roles.js';
import { AuthErrors } from '../principal/auth.errors.js';
import type { RouteAccess } from '../principal/route-access.js';

/** The name of the people's bearer scheme in the OpenAPI document. */
export const PERSON_SECURITY = 'personalToken';

/**
 * Declares the roles of which a person needs one, in the company that the request is about (`{company}` in the path,
 * else the header `X-Company`, else their default company): metadata, guard and documentation at once.
 */
export function RequireRoles(first: Role, ...more: Role[]): MethodDecorator {
  return requireRoles([first, ...more]);
}

/** Declares that any person may call a route, whatever their roles: it is about themselves and no company. */
export function RequireUser(): MethodDecorator {
  return requireRoles([]);
}

/** A longer text is neither slug nor id. */
const MAX_COMPANY = 80;

/** Documents, for routes below a company's path, how the path names it. */
export function ForCompanyInPath(): ClassDecorator {
  return ApiParam({
    name: 'company',
    schema: { type: 'string', maxLength: MAX_COMPANY },
    example: 'acme',
    description: 'Slug or id of the company.',
  });
}

/** Documents, for routes whose path names no company, how a request names one. */
export function ForCompanyInHeader(): ClassDecorator {
  return ApiHeader({
    name: 'X-Company',
    required: false,
    schema: { type: 'string', maxLength: MAX_COMPANY },
    description: 'Slug or id of the company. Default: your default company.',
  });
}

function requireRoles(roles: Role[]): MethodDecorator {
  const { authenticationRequired, invalidTokenFormat, invalidToken, tokenRevoked, tokenExpired } = AuthErrors;
  const credential = [authenticationRequired, invalidTokenFormat, invalidToken, tokenRevoked, tokenExpired];
  const always = [...credential, AuthErrors.rateLimitExceeded];
  const ofCompany = [AuthErrors.forbidden, CommonErrors.notFound];
  return declareAccess<RouteAccess>(
    { public: false, caller: 'user', roles },
    ApiBearerAuth(PERSON_SECURITY),
    ApiExtension('x-required-roles-any', roles),
    ApiErrors(
      CommonErrors.validation,
      ...always,
      ...(roles.length > 0 ? ofCompany : []),
      CommonErrors.internal,
      CommonErrors.serviceUnavailable,
    ),
  );
}
