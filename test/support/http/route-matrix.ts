import type { Answer } from './client.js';
import { nameOf } from './routes.js';

interface Listed {
  method: string;
  path: string;
}

/** Something about each route, by the route's name. */
export type ByRoute<Value> = Record<string, Value>;

/** What a table of routes is expected to answer, or anything else that can be told from a route. */
export const byRoute = <Route extends Listed, Value>(
  routes: readonly Route[],
  valueOf: (route: Route) => Value,
): ByRoute<Value> => Object.fromEntries(routes.map((route) => [nameOf(route), valueOf(route)]));

/**
 * What became of a call: `let in`, or the refusal. Of those whom a route lets in, some ask it for what is not there,
 * or send it a body that is not valid.
 */
export function outcomeOf({ status, body }: Answer): string {
  if (status < 400 || status === 400 || status === 404) return 'let in';
  return `${status} ${String(body.error ?? body.errors[0].code).toLowerCase()}`;
}

/** What each route answers, one after the other, so that one test shows all that is wrong at once. */
export async function answersTo<Route extends Listed>(
  routes: readonly Route[],
  call: (route: Route) => Promise<Answer>,
): Promise<ByRoute<string>> {
  const answers: ByRoute<string> = {};
  for (const route of routes) answers[nameOf(route)] = outcomeOf(await call(route));
  return answers;
}
