import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { AppError } from '../../platform/errors/app-error.js';
import { ROUTE_ACCESS, type RouteAccess } from '../../platform/http/route-access.js';
import { FailureThrottle } from '../rate-limits/failure-throttle.js';
import { RateLimiter } from '../rate-limits/rate-limiter.js';
import { LastUse } from '../tokens/last-use.js';
import { AuthErrors, insufficientScopes } from './auth.errors.js';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import { missingScopes } from './scopes.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller, once the guard's hook has let them in. */
    principal?: Principal;
    /** The declaration under which the hook let the request in. */
    clearedFor?: RouteAccess;
  }
}

/**
 * Decides on every request, in two places that ask the same declaration. `onRequest` runs from headers alone,
 * before Fastify reads a body, so that a stranger cannot make the server parse one: credential, integration,
 * rate limit, scopes. `canActivate` closes whatever declared nothing or was not cleared for its declaration.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
    @Inject(FailureThrottle) private readonly failures: FailureThrottle,
    @Inject(LastUse) private readonly lastUse: LastUse,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const declared = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    const { clearedFor } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!declared || clearedFor !== declared) throw CommonErrors.notFound.error();
    return true;
  }

  /** The hook: lets the request in, or throws the first of the credential errors that applies. */
  async onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { access } = request.routeOptions.config;
    if (request.is404 || !access) return;
    if (!access.public) await this.admit(request, reply, access.scopes);
    request.clearedFor = access;
  }

  private async admit(
    request: FastifyRequest,
    reply: FastifyReply,
    required: readonly string[],
  ): Promise<void> {
    const principal = await this.identify(request);
    const { credential, integration, scopes } = principal;
    request.caller = { credentialId: credential.id, integrationId: integration.id };
    if (integration.status !== 'ACTIVE') throw AuthErrors.integrationInactive.error();
    await this.limiter.count(principal, reply);
    if (missingScopes(scopes, required).length > 0) throw insufficientScopes(required);
    this.lastUse.note(credential.id);
    request.principal = principal;
  }

  private async identify(request: FastifyRequest): Promise<Principal> {
    try {
      return await this.authenticator.authenticate(request);
    } catch (error) {
      if (error instanceof AppError && error.kind.status === 401) this.failures.note(request.ip);
      throw error;
    }
  }
}
