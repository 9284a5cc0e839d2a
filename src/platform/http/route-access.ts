import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyContextConfig } from 'fastify';
import { type BodyBounds, SMALL_BODY } from './body/body-bounds.js';

/**
 * The access rule of a route. The guard's `RouteAccess` extends it with more properties. This module
 * only needs to know whether the route is public.
 */
export interface BaseRouteAccess {
  readonly public: boolean;
}

/** Metadata key of a route's access rule. A route without the key is closed. */
export const ROUTE_ACCESS = 'eudr:route-access';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The access rule. A route without one is closed. */
    access?: BaseRouteAccess;
    /** Limits of the body, if they are not those of `SMALL_BODY`. */
    body?: BodyBounds;
    /** Whether the route accepts `application/x-www-form-urlencoded` as well as JSON. */
    acceptsForm?: boolean;
    /** Whether the route works without a share of the database connections. */
    holdsNoConnection?: boolean;
    /** Whether the route ignores the header `Accept`. */
    ignoresAccept?: boolean;
  }
}

/** Adds to the Fastify configuration of a route. Hooks can read it before the body is read. */
export function routeConfig(part: FastifyContextConfig): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const present = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
      FastifyContextConfig | undefined;
    RouteConfig({ ...present, ...part })(target, key as string, descriptor);
  };
}

/**
 * Declares the access rule of a route for the guard's hook (in Fastify's route configuration), for the guard,
 * for the tests that visit every route, and for the documentation.
 */
export function declareAccess<Access extends BaseRouteAccess>(
  access: Access,
  ...documentation: MethodDecorator[]
): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, access), routeConfig({ access }), ...documentation);
}

/** Opens a route to everyone. */
export function Public(): MethodDecorator {
  return declareAccess({ public: true }, ApiSecurity({}), ApiExtension('x-required-scopes', []));
}

/** Lets a route accept forms as well as JSON. */
export function AcceptsForm(): MethodDecorator {
  return routeConfig({ acceptsForm: true });
}

/** Sets the limits of a route's body, if its largest valid body exceeds `SMALL_BODY`. */
export function AcceptsBody(bounds: Partial<BodyBounds>): MethodDecorator {
  return routeConfig({ body: { ...SMALL_BODY, ...bounds } });
}

/** Lets a route ignore the header `Accept`, as health probes need it. */
export function IgnoresAccept(): MethodDecorator {
  return routeConfig({ ignoresAccept: true });
}

/**
 * Lets a route start without a share of the database connections. It works elsewhere and shares that capacity
 * itself.
 */
export function HoldsNoConnection(): MethodDecorator {
  return routeConfig({ holdsNoConnection: true });
}

/**
 * Exempts a route from the deadline of writes. It commits in steps, and each of its statements has a limit.
 */
export function LongRunning(): MethodDecorator {
  return routeConfig({ isLongRunning: true });
}
