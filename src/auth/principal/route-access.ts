/**
 * Who may call a route: everyone, a machine with scopes, or a person with roles. `scopes` may be empty: then any
 * machine's credential will do; with `anyOf`, one of them is enough. Of `roles` one is enough, in the company that
 * the request is about; without any, the route is about no company and every person may call it. A `user` is a person
 * by whichever credential, an `account` one who has signed in. A public route may
 * do more for a person who shows a credential (`orFor`): one that does not hold is refused, as elsewhere. An address without
 * one may call it `strangersPerMinute` times, counted before the body is read; as often as it likes unless given.
 */
export type RouteAccess =
  | { public: true; orFor?: 'user'; strangersPerMinute?: number }
  | { public: false; caller: 'integration'; scopes: readonly string[]; anyOf?: boolean }
  | { public: false; caller: 'user' | 'account'; roles: readonly string[] };

/** A route that is open to everyone. */
export type PublicAccess = Extract<RouteAccess, { public: true }>;

/** A route that is not. */
export type ClosedAccess = Exclude<RouteAccess, PublicAccess>;
