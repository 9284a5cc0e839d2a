/**
 * The access rule of a route.
 * - Public: everyone may call it. With `orFor`, a person may also send a credential, and an invalid one is
 *   refused. `anonymousPerMinute` limits the calls of an IP address without a credential; they are counted
 *   before the body is read. Undefined means no limit.
 * - `integration`: a machine with all `scopes`, or with one of them if `anyOf` is set. If `scopes` is empty,
 *   any machine credential is enough.
 * - `user`: a person with any of their credentials.
 * - `account`: a person who has signed in, or a private token.
 * For people, one of `roles` in the request's company is enough. If `roles` is empty, the route is about no
 * company.
 */
export type RouteAccess =
  | { public: true; orFor?: 'user'; anonymousPerMinute?: number }
  | { public: false; caller: 'integration'; scopes: readonly string[]; anyOf?: boolean }
  | { public: false; caller: 'user' | 'account'; roles: readonly string[] };

/** The access rule of a public route. */
export type PublicAccess = Extract<RouteAccess, { public: true }>;

/** The access rule of a route that is not public. */
export type ClosedAccess = Exclude<RouteAccess, PublicAccess>;
