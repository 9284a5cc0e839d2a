import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { AuditContext } from '../audit/audit-context.js';
import { auditContextOf } from '../auth/principal/audited-as.js';
import type { IntegrationPrincipal, MemberPrincipal } from '../auth/principal/principal.js';
import { ForCompanyInHeader, RequireRoles } from '../auth/guard/require-roles.js';
import { RequireScopes } from '../auth/guard/require-scopes.js';
import { type Scope, SCOPES } from '../auth/principal/scopes.js';
import type { Role } from '../auth/principal/roles.js';
import { requireId } from '../platform/http/id-param.js';
import { idPattern } from '../platform/ids/ids.js';
import { INTEGRATION_ID } from './integrations.errors.js';
import { OwnedIntegrationPipe } from './owned-integration.pipe.js';
import { type Owner, ownerOf } from './owner.js';

/** A caller that acts for an integration: its own credential, or a person who manages it. */
export interface IntegrationCaller {
  owner: Owner;
  /** Scopes that the caller holds for the integration. */
  scopes: readonly string[];
  credentialId: string;
  act: AuditContext;
}

/**
 * A kind of caller that reaches an integration's resources. A shared controller is created once for each
 * audience: the same routes, rules and responses for other callers.
 */
export interface IntegrationAudience {
  /** Beginning of its paths. */
  path: string;
  /** Returns the operation id for this audience. Ids are unique in the OpenAPI document. */
  operation(id: string): string;
  /**
   * Documents what all routes of a controller share.
   * @param subject subject of the routes in one word
   */
  Documented(subject: string): ClassDecorator;
  /** Declares a route's access: the scope that a machine needs, or the role that a person needs. */
  Allow(scope: Scope, role: Role): MethodDecorator;
  /**
   * Parameter decorator: the `IntegrationCaller`.
   * @throws NOT_FOUND if the integration does not belong to the person's company
   */
  Caller(): ParameterDecorator;
}

const TokenCaller = createParamDecorator((_: unknown, context: ExecutionContext): IntegrationCaller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const principal = request.principal as IntegrationPrincipal;
  const { credential, scopes } = principal;
  return { owner: ownerOf(principal), scopes, credentialId: credential.id, act: auditContextOf(request) };
});

/** A person who may act for an integration has all scopes. */
const PersonCaller = createParamDecorator((_: unknown, context: ExecutionContext): IntegrationCaller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { company, credential } = request.principal as MemberPrincipal;
  const { integration: integrationId } = request.params as { integration: string };
  const owner = { companyId: company.id, integrationId: requireId(INTEGRATION_ID, integrationId) };
  return { owner, scopes: SCOPES, credentialId: credential.id, act: auditContextOf(request) };
});

/** `/api/v1/integration`: an integration with its own token. */
export const TOKEN_AUDIENCE: IntegrationAudience = {
  path: 'api/v1/integration',
  operation: (id) => id,
  Documented: (subject) => ApiTags(`Integration: ${subject}`),
  Allow: (scope) => RequireScopes(scope),
  Caller: () => TokenCaller(),
};

/** `/api/integrations/{integration}`: a person of its company. */
export const MEMBER_AUDIENCE: IntegrationAudience = {
  path: 'api/integrations/:integration',
  operation: (id) => id.replace(/[A-Z]/, 'Integration$&'),
  Documented: (subject) =>
    applyDecorators(
      ApiTags(`Account: ${subject}`),
      ApiParam({
        name: 'integration',
        schema: { type: 'string', pattern: idPattern(INTEGRATION_ID.prefix) },
      }),
      ForCompanyInHeader(),
    ),
  Allow: (_, role) => RequireRoles(role),
  Caller: () => PersonCaller(OwnedIntegrationPipe),
};
