import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { AppModule } from '../../../src/app.module.js';
import { readConfig } from '../../../src/platform/config/config.js';
import { DatabaseConnector } from '../../../src/platform/database/database-connector.js';
import { createFastifyAdapter, prepareFastify } from '../../../src/platform/http/fastify-adapter.js';
import { Public } from '../../../src/platform/http/route-access.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { Metrics } from '../../../src/platform/metrics/metrics.js';
import { SURFACES } from '../../../src/surfaces.js';
import { PERSON_SECURITY } from '../../../src/auth/guard/require-roles.js';
import { TOKEN_SECURITY } from '../../../src/auth/guard/require-scopes.js';
import { SIGN_IN_SECURITY } from '../../../src/auth/guard/require-sign-in.js';
import type { RouteAccess } from '../../../src/auth/principal/route-access.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { givenErp } from '../../support/app/factories.js';
import { PEOPLE_ROUTES } from '../../support/http/people-routes.js';
import { CLOSED_ROUTES } from '../../support/http/routes.js';
import { type Operation, OPERATIONS } from '../../support/openapi/document.js';

const BASE = '/api/v1/integration';
/** What stands in the listed paths for the parameters of the routes. */
const PARAMETERS: Record<string, string> = {
  'A-1': ':externalId',
  'LOT-1': ':batchExternalId',
  wh_1: ':id',
  log_1: ':id',
  evt_1: ':deliveryId',
};
/** All that may be called without a credential. */
const OPEN =
  /^\/($|health\/(live|ready)|apiops\/(test\/healthcheck|auth\/token|tokens\/leaked)|docs(\/.*)?|llms\.txt|openapi(\/\w+)?\.(json|yaml)|\.well-known\/jwks\.json|api\/v1\/auth\/(login|refresh|invitations\/accept))$/;

let app: TestApp;
const routes: RouteOptions[] = [];
// Fastify announces each of its instances, so routes are seen as they are registered, whoever registers them.
const watch = (message: unknown): void => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', (route) => void routes.push(route));
};
beforeAll(async () => {
  subscribe('fastify.initialization', watch);
  app = await startApp();
  unsubscribe('fastify.initialization', watch);
});
afterAll(() => app.close());

const calls = (): [method: string, route: RouteOptions][] =>
  routes.flatMap((route) => [route.method].flat().map((method): [string, RouteOptions] => [method, route]));
const label = ([method, { url }]: [string, RouteOptions]): string => `${method} ${url}`;
const pathOf = (url: string): string => url.replaceAll(/:[A-Za-z]+/g, 'A-1').replace('*', 'x');

/** How the document writes what a route demands: security schemes, and scopes or roles. */
function demandOf(access: RouteAccess): object {
  if (access.public) {
    const alsoFor = access.orFor ? [{ [PERSON_SECURITY]: [] }] : [];
    return { security: [{}, ...alsoFor], 'x-required-scopes': [] };
  }
  if (access.caller === 'integration') {
    const which = access.anyOf ? 'x-required-scopes-any' : 'x-required-scopes';
    return { security: [{ [TOKEN_SECURITY]: [] }], [which]: access.scopes };
  }
  if (access.caller === 'account') return { security: [{ [SIGN_IN_SECURITY]: [] }] };
  return { security: [{ [PERSON_SECURITY]: [] }], 'x-required-roles-any': access.roles };
}

function documentedDemandOf(operation: Operation): object {
  const said = Object.entries(operation).filter(
    ([name]) => name === 'security' || name.startsWith('x-required'),
  );
  return Object.fromEntries(said);
}

describe('every route of the running application', () => {
  it('is seen by this walk', () => {
    expect(calls().map(label)).toContain(`GET ${BASE}/suppliers`);
    expect(calls().map(label)).toContain('GET /health/live');
  });

  it('declares its scopes, or that it is public', () => {
    const undeclared = calls().filter(([, route]) => route.config?.access === undefined);
    expect(undeclared.map(label)).toEqual([]);
  });

  it('is public only where that is meant', () => {
    const open = calls().filter(([, route]) => route.config?.access?.public);
    expect(open.map(label).filter((name) => !OPEN.test(name.split(' ')[1] as string))).toEqual([]);
  });

  it('answers 401 without a credential, whatever the method, unless it is public', async () => {
    const closed = calls().filter(([, { url }]) => !OPEN.test(url));
    const wrong: string[] = [];
    for (const [method, route] of closed) {
      const { status } = await fetch(app.url + pathOf(route.url), { method });
      if (status !== 401) wrong.push(`${label([method, route])} answered ${status}`);
    }
    expect(closed.length).toBeGreaterThanOrEqual(CLOSED_ROUTES.length);
    expect(wrong).toEqual([]);
  });

  it('is one that the contract lists, with the scope or the roles that it lists', () => {
    const closed = calls().filter(([method, { url }]) => method !== 'HEAD' && !OPEN.test(url));
    const declared = closed.map(([method, { url, config }]) => [method, url, config?.access] as const);
    const forMachines = CLOSED_ROUTES.map(({ method, path, scope, anyOf }) => {
      const url = BASE + path.replace(/A-1|LOT-1|wh_1|evt_1|log_1/g, (id) => PARAMETERS[id] as string);
      const access = anyOf ? { scopes: anyOf, anyOf: true } : { scopes: scope ? [scope] : [] };
      return [method, url, { public: false, caller: 'integration', ...access }] as const;
    });
    const forPeople = PEOPLE_ROUTES.map(
      ({ method, path, caller = 'user', roles }) => [method, path, { public: false, caller, roles }] as const,
    );
    const sorted = (list: (readonly [string, string, unknown])[]): string[] =>
      list.map((item) => JSON.stringify(item)).sort();
    expect(sorted(declared)).toEqual(sorted([...forMachines, ...forPeople]));
  });

  it('is documented with the credential, the scopes and the roles that it demands', () => {
    const declared = calls()
      .filter(([method, { url }]) => method !== 'HEAD' && !/^\/($|docs|llms|openapi)/.test(url))
      .map(([method, { url, config }]) => [
        `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`,
        demandOf(config?.access as RouteAccess),
      ]);
    const documented = OPERATIONS.map((operation) => [
      `${operation.method} ${operation.path}`,
      documentedDemandOf(operation),
    ]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared));
  });
});

@Controller('forgotten')
class ForgottenController {
  @Get()
  secret(): object {
    return { secret: true };
  }

  @Get('open')
  @Public()
  open(): object {
    return { secret: false };
  }
}

describe('a controller that declares nothing', () => {
  let nest: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    const config = readConfig({ NODE_ENV: 'test', MIGRATE_ON_START: 'true', ...app.env });
    const logger = createLogger({ LOG_LEVEL: 'silent' });
    const metrics = new Metrics();
    @Module({ imports: [AppModule.with(config, logger, metrics)], controllers: [ForgottenController] })
    class WithForgotten {}
    const adapter = createFastifyAdapter(config, logger, SURFACES);
    prepareFastify(adapter.getInstance(), logger, metrics);
    nest = await NestFactory.create<NestFastifyApplication>(WithForgotten, adapter, {
      bodyParser: false,
      logger: false,
    });
    await nest.listen(0, '127.0.0.1');
    await nest.get(DatabaseConnector).whenConnected();
    url = await nest.getUrl();
  });
  afterAll(() => nest.close());

  it('is closed even to a token with all scopes', async () => {
    const { token } = await givenErp(app);
    const answer = await fetch(`${url}/forgotten`, { headers: { authorization: `Bearer ${token}` } });
    expect([401, 403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain('secret');
  });

  it('opens by the one decorator', async () => {
    const answer = await fetch(`${url}/forgotten/open`);
    expect([answer.status, await answer.json()]).toEqual([200, { secret: false }]);
  });
});
