import type { Answer } from './client.js';
import { nameOf } from './routes.js';

interface Listed {
  method: string;
  path: string;
}

/** A value for each route, by the route's name. */
export type ByRoute<Value> = Record<string, Value>;

/** Computes a value for each route, such as the expected response. */
export const byRoute = <Route extends Listed, Value>(
  routes: readonly Route[],
  valueOf: (route: Route) => Value,
): ByRoute<Value> => Object.fromEntries(routes.map((route) => [nameOf(route), valueOf(route)]));

/**
 * Returns the outcome of a call: `let in`, or the refusal. A call that is let in may still be a 400 or 404,
 * because its body or its target may not exist.
 */
export function outcomeOf({ status, body }: Answer): string {
  if (status < 400 || status === 400 || status === 404) return 'let in';
  return `${status} ${String(body.error ?? body.errors[0].code).toLowerCase()}`;
}

/** Calls each route in turn and returns all outcomes, so one test shows all errors at once. */
export async function answersTo<Route extends Listed>(
  routes: readonly Route[],
  call: (route: Route) => Promise<Answer>,
): Promise<ByRoute<string>> {
  const answers: ByRoute<string> = {};
  for (const route of routes) answers[nameOf(route)] = outcomeOf(await call(route));
  return answers;
}
