import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { boundsOf } from '../../platform/http/body/body-parsers.js';
import { countHeader } from '../../platform/http/protocol/repeated-headers.js';
import { ROUTE_ACCESS } from '../../platform/http/route-access.js';
import { FailureThrottle } from '../rate-limits/failure-throttle.js';
import { CredentialRateLimiter } from '../rate-limits/credential-rate-limiter.js';
import { AnonymousRateLimiter } from '../rate-limits/anonymous-rate-limiter.js';
import { LastUse } from '../credentials/last-use.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { Authenticator } from '../credentials/authenticator.js';
import { authorized } from './authorized.js';
import { BodyAdmission } from './body-admission.js';
import { fairShareKeyOf } from './fair-share-key.js';
import type { Principal } from '../principal/principal.js';
import type { ClosedAccess, PublicAccess, RouteAccess } from '../principal/route-access.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller. The guard's hook sets it. */
    principal?: Principal;
    /** The access rule that the hook has checked. */
    checkedAccess?: RouteAccess;
  }
}

/**
 * Decides on every request, in two steps with the same access rule.
 * `onRequest` runs before Fastify reads the body and sees only the headers, so an anonymous caller cannot
 * make the server parse a body. It checks credential, integration, rate limit, and scopes or roles.
 * `canActivate` refuses a route that declares no access rule, or whose rule the hook has not checked.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limiter: CredentialRateLimiter,
    private readonly failures: FailureThrottle,
    private readonly strangers: AnonymousRateLimiter,
    private readonly lastUse: LastUse,
    private readonly bodies: BodyAdmission,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const declared = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    const { checkedAccess } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!declared || checkedAccess !== declared) throw CommonErrors.notFound.error();
    return true;
  }

  /** Fastify hook: lets the request in, or throws the first error in the order of `AuthErrors`. */
  async onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const access = request.routeOptions.config.access as RouteAccess | undefined;
    if (request.is404 || !access) return;
    const closed = access.public ? whereShown(access, request) : access;
    if (closed) await this.admit(request, reply, closed);
    else await this.admitAnonymous(request);
    this.bodies.admit(request, reply, fairShareKeyOf(request));
    request.checkedAccess = access;
  }

  /**
   * Fastify hook: counts a refused request of an unknown caller against the IP address. It runs before the
   * response is sent, so the next request finds it counted.
   */
  onSend({ ip, principal, routeOptions }: FastifyRequest, { statusCode }: FastifyReply): void {
    const access = routeOptions.config.access as RouteAccess | undefined;
    if (!access || statusCode < 400 || statusCode >= 500 || statusCode === 429) return;
    if (statusCode === 401 || (access.public && !principal)) this.failures.note(ip);
  }

  /** A request without a body makes too little work to count. */
  private async admitAnonymous(request: FastifyRequest): Promise<void> {
    const { method, ip, routeOptions } = request;
    if (method === 'POST') await this.failures.admit(ip);
    requireSmallBody(request);
    const { anonymousPerMinute: most } = routeOptions.config.access as PublicAccess;
    if (most !== undefined) await this.strangers.count(String(routeOptions.url), ip, most);
  }

  private async admit(request: FastifyRequest, reply: FastifyReply, access: ClosedAccess): Promise<void> {
    const principal = await this.identify(request, access);
    request.caller = callerOf(principal);
    if (principal.blocked) throw principal.blocked.error();
    await this.limiter.count(principal, reply);
    request.principal = authorized(principal, access, companyNamedIn(request));
    refuseTokenInUrl(request);
    this.lastUse.note(principal.credential.id);
  }

  private async identify(request: FastifyRequest, { caller }: ClosedAccess): Promise<Principal> {
    if (countHeader(request.raw, 'authorization') > 1) throw unauthorized(AuthErrors.invalidTokenFormat);
    return this.authenticator.authenticate(request, caller);
  }
}

/** Limits the body of a request without a credential. */
function requireSmallBody(request: FastifyRequest): void {
  const { bytes, anonymousBytes } = boundsOf(request);
  if (bytes <= anonymousBytes) return;
  const announced = Number(request.headers['content-length']);
  if (announced <= anonymousBytes) return;
  const message = `Unauthenticated requests are limited to ${anonymousBytes} bytes and need a Content-Length.`;
  throw CommonErrors.payloadTooLarge.error({ message });
}

/**
 * Returns the access rule for a credential on a public route; undefined if the request has none or the route
 * takes none.
 */
function whereShown({ orFor }: PublicAccess, { headers }: FastifyRequest): ClosedAccess | undefined {
  if (orFor === undefined || headers.authorization === undefined) return undefined;
  return { public: false, caller: orFor, roles: [] };
}

/** Returns the parts of the caller that the log may show. */
function callerOf(principal: Principal): NonNullable<FastifyRequest['caller']> {
  const credentialId = principal.credential.id;
  return 'user' in principal
    ? { credentialId, userId: principal.user.id }
    : { credentialId, integrationId: principal.integration.id };
}

/** Returns the id or slug of the request's company: from the path, or else from the header `X-Company`. */
function companyNamedIn({ params, headers }: FastifyRequest): string | undefined {
  const header = headers['x-company'];
  return (params as { company?: string }).company ?? (typeof header === 'string' ? header : undefined);
}

/**
 * Refuses a token in the URL, even beside a header. RFC 6750, section 2.3, allows it, but URLs end up in logs
 * and browser histories.
 */
function refuseTokenInUrl({ query }: FastifyRequest): void {
  if (!Object.hasOwn(query as object, 'access_token')) return;
  const message =
    'Do not send access_token in the URL, because logs store URLs. Revoke this token and send a new one in the header Authorization';
  throw validationError([{ path: 'access_token', message }]);
}
