import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Config } from '../config/config.js';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { logRefused, logRequests } from './access-log.js';
import { ErrorFilter } from './error.filter.js';
import { SMALL_BODY } from './body/body-bounds.js';
import { acceptBodies } from './body/body-parsers.js';
import { requestIdOf } from './request-id.js';
import { measureRequests } from './request-metrics.js';
import type { Surfaces } from './surfaces.js';

/** Room for an external id of 255 characters, each four percent-encoded bytes. */
const LONGEST_PATH_PARAMETER = 255 * 4 * 3;
/** A header or body that trickles in for longer is cut off. */
const REQUEST_MS = 60_000;

/** The documentation's pages are served by their own library, which knows no decorators. */
const DOCUMENTATION = /^\/(docs(\/|$)|openapi\.(json|yaml)$)/;

/**
 * Fastify as this product uses it: request ids, small bodies unless a route says otherwise, and the surface's
 * error format even where the router refuses a request before any handler.
 */
export function createFastifyAdapter(config: Config, logger: Logger, surfaces: Surfaces): FastifyAdapter {
  const filter = new ErrorFilter(logger, surfaces);
  return new FastifyAdapter({
    bodyLimit: SMALL_BODY.bytes,
    genReqId: requestIdOf,
    logger: false,
    requestTimeout: REQUEST_MS,
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : false,
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER },
    rewriteUrl: ({ url = '/' }) => surfaces.withoutTrailingSlash(url),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      logRefused(request, reply, logger);
      filter.send(error, request, reply);
    },
  });
}

/** The answer to a write may show a secret, this once (RFC 9111, section 5.2.2.5). */
function keepFromCaches({ method }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  if (method !== 'GET') void reply.header('Cache-Control', 'no-store');
  done();
}

/** What every request passes, whatever route it is for. Must run before routes are registered. */
export function prepareFastify(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  acceptBodies(fastify);
  logRequests(fastify, logger);
  measureRequests(fastify, metrics);
  fastify.addHook('onRequest', keepFromCaches);
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (DOCUMENTATION.test(route.url)) route.config = { ...route.config, access: { public: true } };
    if (route.config?.body) route.bodyLimit = route.config.body.bytes;
  });
}
