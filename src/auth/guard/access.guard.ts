import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommonErrors, validationError } from '../../platform/errors/common.errors.js';
import { boundsOf } from '../../platform/http/body/body-parsers.js';
import { countHeader } from '../../platform/http/protocol/repeated-headers.js';
import { ROUTE_ACCESS } from '../../platform/http/route-access.js';
import { FailureThrottle } from '../rate-limits/failure-throttle.js';
import { RateLimiter } from '../rate-limits/rate-limiter.js';
import { LastUse } from '../credentials/last-use.js';
import { AuthErrors, unauthorized } from '../principal/auth.errors.js';
import { Authenticator } from '../credentials/authenticator.js';
import { authorized } from './authorized.js';
import { BodyAdmission } from './body-admission.js';
import { partyOf } from './party.js';
import type { Principal } from '../principal/principal.js';
import type { ClosedAccess, RouteAccess } from '../principal/route-access.js';

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
 * rate limit, scopes or roles. `canActivate` closes whatever declared nothing or was not cleared for its declaration.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly failures: FailureThrottle,
    private readonly lastUse: LastUse,
    private readonly bodies: BodyAdmission,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const declared = this.reflector.get<RouteAccess | undefined>(ROUTE_ACCESS, context.getHandler());
    const { clearedFor } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!declared || clearedFor !== declared) throw CommonErrors.notFound.error();
    return true;
  }

  /** The hook: lets the request in, or throws the first of the credential errors that applies. */
  async onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const access = request.routeOptions.config.access as RouteAccess | undefined;
    if (request.is404 || !access) return;
    const closed = access.public ? whereShown(access, request) : access;
    if (closed) await this.admit(request, reply, closed);
    else await this.admitStranger(request);
    this.bodies.admit(request, reply, partyOf(request));
    request.clearedFor = access;
  }

  /**
   * Counts against its address whatever was refused to who is not known; also hooked, before an answer is sent, so that
   * the next request finds it counted.
   */
  onSend({ ip, principal, routeOptions }: FastifyRequest, { statusCode }: FastifyReply): void {
    const access = routeOptions.config.access as RouteAccess | undefined;
    if (!access || statusCode < 400 || statusCode >= 500 || statusCode === 429) return;
    if (statusCode === 401 || (access.public && !principal)) this.failures.note(ip);
  }

  /** One who sends nothing makes no work worth counting. */
  private async admitStranger(request: FastifyRequest): Promise<void> {
    if (request.method === 'POST') await this.failures.admit(request.ip);
    requireSmallBody(request);
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

/** Nobody who shows no credential makes the server parse more than this. */
function requireSmallBody(request: FastifyRequest): void {
  const { bytes, anonymousBytes } = boundsOf(request);
  if (bytes <= anonymousBytes) return;
  const announced = Number(request.headers['content-length']);
  if (announced <= anonymousBytes) return;
  const message = `Unauthenticated requests are limited to ${anonymousBytes} bytes and need a Content-Length.`;
  throw CommonErrors.payloadTooLarge.error({ message });
}

/** What a public route asks of a caller who shows a credential where it need not; nothing of others. */
function whereShown(
  { orFor }: Exclude<RouteAccess, ClosedAccess>,
  { headers }: FastifyRequest,
): ClosedAccess | undefined {
  if (orFor === undefined || headers.authorization === undefined) return undefined;
  return { public: false, caller: orFor, roles: [] };
}

/** What the log may say of a caller. */
function callerOf(principal: Principal): NonNullable<FastifyRequest['caller']> {
  const credentialId = principal.credential.id;
  return 'user' in principal
    ? { credentialId, userId: principal.user.id }
    : { credentialId, integrationId: principal.integration.id };
}

/** The company that a request is about, by id or slug: in its path, or else in the header `X-Company`. */
function companyNamedIn({ params, headers }: FastifyRequest): string | undefined {
  const header = headers['x-company'];
  return (params as { company?: string }).company ?? (typeof header === 'string' ? header : undefined);
}

/** RFC 6750 lets tokens travel in URLs; there they end in logs and histories, so it is an error even beside a header. */
function refuseTokenInUrl({ query }: FastifyRequest): void {
  if (!Object.hasOwn(query as object, 'access_token')) return;
  const message =
    'Do not send access_token in the URL, because logs store URLs. Revoke this token and send a new one in the header Authorization';
  throw validationError([{ path: 'access_token', message }]);
}
