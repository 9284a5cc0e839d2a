import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { METHODS as NODE_METHODS } from 'node:http';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { startApp, type TestApp } from '../../support/app/app.js';
import { ask, type RawAnswer } from '../../support/http/raw-answer.js';

const KNOWN = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Methods that Node's parser reads and this product gives no meaning; of `CONNECT` the target is no path. */
const OTHERS = NODE_METHODS.filter((method) => ![...KNOWN, 'CONNECT'].includes(method));

let app: TestApp;
/** The methods of each path of the running application. */
const paths = new Map<string, Set<string>>();
const watch = (message: unknown): void => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', note);
};
function note({ url, method }: RouteOptions): void {
  const path = url
    .replaceAll(/:\w+/g, 'A-1')
    .replace('*', 'swagger-ui.css')
    .replace(/(.)\/$/, '$1');
  const methods = paths.get(path) ?? new Set();
  for (const name of [method].flat()) methods.add(name);
  paths.set(path, methods);
}
beforeAll(async () => {
  subscribe('fastify.initialization', watch);
  app = await startApp();
  unsubscribe('fastify.initialization', watch);
});
afterAll(() => app.close());

const call = (method: string, path: string): Promise<RawAnswer> => ask(app.url, `${method} ${path} HTTP/1.1`);

/** What of each path and method is not as expected, so that one test shows all that is wrong at once. */
async function wrongOf(
  methodsOf: (known: Set<string>) => string[],
  isRight: (answer: RawAnswer, allow: string, method: string) => boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const [path, methods] of paths) {
    const allow = KNOWN.filter((method) => methods.has(method) || method === 'OPTIONS').join(', ');
    for (const method of methodsOf(methods)) {
      const answer = await call(method, path);
      if (!isRight(answer, allow, method)) wrong.push(`${method} ${path}: ${answer.status} ${answer.body}`);
    }
  }
  return wrong;
}

describe('every path of the running application', () => {
  it('is seen by this walk', () => {
    expect([...(paths.get('/api/v1/integration/suppliers') ?? [])]).toEqual(
      expect.arrayContaining(['GET', 'POST']),
    );
    expect(paths.size).toBeGreaterThan(50);
  });

  it('answers 405 with Allow, and asks for no credential, where it exists for other methods', async () => {
    const others = (known: Set<string>): string[] =>
      KNOWN.filter((method) => !known.has(method) && method !== 'OPTIONS');
    const wrong = await wrongOf(others, ({ status, headers, body }, allow, method) => {
      const named = method === 'HEAD' || /METHOD_NOT_ALLOWED|method_not_allowed/.test(body);
      return status === 405 && headers.get('allow') === allow && named;
    });
    expect(wrong).toEqual([]);
  });

  it('answers OPTIONS with 204 and Allow', async () => {
    const wrong = await wrongOf(
      () => ['OPTIONS'],
      ({ status, headers }, allow) => status === 204 && headers.get('allow') === allow,
    );
    expect(wrong).toEqual([]);
  });

  it('has a request id and a log line whatever the method', async () => {
    for (const method of ['PATCH', 'OPTIONS', 'TRACE']) {
      const { headers } = await call(method, '/health/live');
      const id = headers.get('x-request-id') as string;
      expect(app.log.filter((line) => line.includes(id))).toHaveLength(1);
    }
  });
});

describe('a method that the product gives no meaning', () => {
  it.each(OTHERS)('%s is a 405 on a path that is there', async (method) => {
    const { status, headers } = await call(method, '/api/v1/integration/suppliers');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
  });

  it('is a 404 on a path that is not', async () => {
    expect((await call('PROPFIND', '/nowhere')).status).toBe(404);
  });

  it('CONNECT is a 405, and what is no method at all a 400', async () => {
    expect((await call('CONNECT', 'localhost:443')).status).toBe(405);
    expect((await call('FROBNICATE', '/health/live')).status).toBe(400);
  });
});

describe('OPTIONS', () => {
  it('of the whole server lists all methods', async () => {
    const { status, headers } = await call('OPTIONS', '*');
    expect([status, headers.get('allow')]).toEqual([204, KNOWN.join(', ')]);
  });

  it('of a path that is not there is a 404', async () => {
    expect((await call('OPTIONS', '/nowhere')).status).toBe(404);
  });
});

it('a path of its own beside one with a parameter answers its own methods only', async () => {
  const { status, headers } = await call('PUT', '/api/integrations/available-scopes');
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
});
