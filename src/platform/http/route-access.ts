import { applyDecorators, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyContextConfig } from 'fastify';
import { BULK_BODY_BYTES } from './json-body.js';

/**
 * Who may call a route: everyone, a machine with scopes, or a person with roles. `scopes` may be empty: then any
 * machine's credential will do; with `anyOf`, one of them is enough. Of `roles` one is enough, in the company that
 * the request is about; without any, the route is about no company and every person may call it. A `user` is a person
 * by whichever credential, an `account` one who has signed in. A public route may
 * do more for a person who shows a credential (`orFor`): one that does not hold is refused, as elsewhere.
 */
export type RouteAccess =
  | { public: true; orFor?: 'user' }
  | { public: false; caller: 'integration'; scopes: readonly string[]; anyOf?: boolean }
  | { public: false; caller: 'user' | 'account'; roles: readonly string[] };

/** A route that is not open to everyone. */
export type ClosedAccess = Exclude<RouteAccess, { public: true }>;

/** Metadata key under which a route's access is declared; a route without it is closed. */
export const ROUTE_ACCESS = 'eudr:route-access';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    /** The largest body that the route reads, where it is not the usual one. */
    bodyBytes?: number;
    /** Whether it reads `application/x-www-form-urlencoded` as well as JSON. */
    acceptsForm?: boolean;
  }
}

/** Adds to the configuration that Fastify keeps with a route and shows to hooks before any body is read. */
function routeConfig(part: FastifyContextConfig): MethodDecorator {
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
export function declareAccess(access: RouteAccess, ...documentation: MethodDecorator[]): MethodDecorator {
  return applyDecorators(SetMetadata(ROUTE_ACCESS, access), routeConfig({ access }), ...documentation);
}

/** Opens a route to everyone. */
export function Public(): MethodDecorator {
  return declareAccess({ public: true }, ApiSecurity({}), ApiExtension('x-required-scopes', []));
}

/** Opens a route to everyone, and to do more for a person who shows a credential. */
export function PublicOrUser(): MethodDecorator {
  return declareAccess(
    { public: true, orFor: 'user' },
    ApiSecurity({}),
    ApiExtension('x-required-scopes', []),
  );
}

/** Lets a route read forms as well as JSON. */
export function AcceptsForm(): MethodDecorator {
  return routeConfig({ acceptsForm: true });
}

/** Lets a route read bodies of bulk size. */
export function AcceptsBulkBody(): MethodDecorator {
  return routeConfig({ bodyBytes: BULK_BODY_BYTES });
}
