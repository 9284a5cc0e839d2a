import { ApiBearerAuth, ApiExtension, ApiHeader, ApiParam } from '@nestjs/swagger';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { ApiErrors } from '../../platform/http/api-errors.js';
import { declareAccess } from '../../platform/http/route-access.js';
import type { Role } from '../principal/roles.js';
import { AuthErrors } from '../principal/auth.errors.js';
import type { RouteAccess } from '../principal/route-access.js';

/** Name of the bearer scheme for people in the OpenAPI document. */
export const PERSON_SECURITY = 'personalToken';

/**
 * Declares that a person needs one of these roles in the company of the request.
 * The company is `{company}` in the path, else the header `X-Company`, else the person's default company. The
 * decorator sets metadata, guard and documentation together.
 */
export function RequireRoles(first: Role, ...more: Role[]): MethodDecorator {
  return requireRoles([first, ...more]);
}

/**
 * Declares that every person may call the route, with any roles. The route is about the person, not about a
 * company.
 */
export function RequireUser(): MethodDecorator {
  return requireRoles([]);
}

/** Slugs and ids are never longer than this. */
const MAX_COMPANY = 80;

/** Documents the path parameter that names the company. */
export function ForCompanyInPath(): ClassDecorator {
  return ApiParam({
    name: 'company',
    schema: { type: 'string', maxLength: MAX_COMPANY, example: 'acme' },
    description: 'Slug or id of the company.',
  });
}

/** Documents the header that names the company, for routes without a company in the path. */
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
