import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyContextConfig } from 'fastify';
import { type BodyBounds, SMALL_BODY } from './body/body-bounds.js';

/** Who may call a route. The guard's declarations say more; here only those open to everyone are told apart. */
export interface AccessDeclaration {
  readonly public: boolean;
}

/** Metadata key under which a route's access is declared; a route without it is closed. */
export const ROUTE_ACCESS = 'eudr:route-access';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call it; a route without is closed. */
    access?: AccessDeclaration;
    /** The largest body that the route reads, where it is not the usual one. */
    body?: BodyBounds;
    /** Whether it reads `application/x-www-form-urlencoded` as well as JSON. */
    acceptsForm?: boolean;
    /** Whether what it does takes no share of the database's connections. */
    holdsNoConnection?: boolean;
    /** Whether it answers alike whatever `Accept` says. */
    ignoresAccept?: boolean;
  }
}

/** Adds to the configuration that Fastify keeps with a route and shows to hooks before any body is read. */
export function routeConfig(part: FastifyContextConfig): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
      FastifyContextConfig | undefined;
    RouteConfig({ ...present, ...part })(target, key as string, descriptor);
  };
}

/**
 * Declares who may call a route: for the guard's hook (which sees Fastify's route configuration), for the
 * guard, for the walk over all routes in the tests, and for the documentation.
 */
export function declareAccess<Access extends AccessDeclaration>(
  access: Access,
  ...documentation: MethodDecorator[]
): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, access), routeConfig({ access }), ...documentation);
}

/** Opens a route to everyone. */
export function Public(): MethodDecorator {
  return declareAccess({ public: true }, ApiSecurity({}), ApiExtension('x-required-scopes', []));
}

/** Lets a route read forms as well as JSON. */
export function AcceptsForm(): MethodDecorator {
  return routeConfig({ acceptsForm: true });
}

/** Bounds the body of a route by its largest valid one, where `SMALL_BODY` does not fit. */
export function AcceptsBody(bounds: Partial<BodyBounds>): MethodDecorator {
  return routeConfig({ body: { ...SMALL_BODY, ...bounds } });
}

/** Lets a route answer alike whatever `Accept` says, as probes need it. */
export function IgnoresAccept(): MethodDecorator {
  return routeConfig({ ignoresAccept: true });
}

/** Lets a route begin whatever its company's share of the database: it works elsewhere, and shares that out itself. */
export function HoldsNoConnection(): MethodDecorator {
  return routeConfig({ holdsNoConnection: true });
}

/** Exempts a route from the deadline of writes: it commits in steps, and each of its statements has a limit. */
export function LongRunning(): MethodDecorator {
  return routeConfig({ isLongRunning: true });
}
