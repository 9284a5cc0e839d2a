import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { IntegrationPrincipal, MemberPrincipal, Principal, UserPrincipal } from './principal.js';

/** Parameter decorator: the calling integration. */
export const CurrentIntegration = createParamDecorator(
  (_: unknown, context: ExecutionContext): IntegrationPrincipal => {
    const principal = principalOf(context);
    if (!('integration' in principal))
      throw new Error('@CurrentIntegration() on a route that declares no scopes');
    return principal;
  },
);

/** Parameter decorator: the calling person. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): UserPrincipal => {
  const principal = principalOf(context);
  if (!('user' in principal)) throw new Error('@CurrentUser() on a route that is not for people');
  return principal;
});

/** Parameter decorator: the calling person, with the company that the request is about. */
export const CurrentMember = createParamDecorator(
  (_: unknown, context: ExecutionContext): MemberPrincipal => {
    const principal = principalOf(context);
    if (!('user' in principal && 'roles' in principal))
      throw new Error('@CurrentMember() on a route without roles');
    return principal;
  },
);

function principalOf(context: ExecutionContext): Principal {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('a route without a principal asks for one');
  return principal;
}
