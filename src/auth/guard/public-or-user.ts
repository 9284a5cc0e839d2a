import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { declareAccess } from '../../platform/http/route-access.js';
import type { RouteAccess } from '../principal/route-access.js';
import { PERSON_SECURITY } from './require-roles.js';

/**
 * Opens a route to everyone. A person may also send a credential, to be allowed more.
 * @param strangersPerMinute limit of calls per minute for an IP address without a credential
 */
export function PublicOrUser(anonymousPerMinute: number): MethodDecorator {
  return declareAccess<RouteAccess>(
    { public: true, orFor: 'user', anonymousPerMinute },
    ApiSecurity({}),
    ApiBearerAuth(PERSON_SECURITY),
    ApiExtension('x-required-scopes', []),
  );
}
