import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Socket } from 'node:net';
import type { Config } from '../config/config.js';
import { errorHelpOf } from '../errors/error-help.js';
import { CommonErrors } from '../errors/common.errors.js';
import type { Logger } from '../logging/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import { logRefused, logRequests } from './access-log.js';
import { enforceDeadlines } from './deadlines.js';
import { normalizeClientAddress, normalizeClientAddresses } from './client-address.js';
import { ErrorFilter } from './error.filter.js';
import { SMALL_BODY } from './body/body-bounds.js';
import { acceptBodies } from './body/body-parsers.js';
import { answerClientErrors, refuseOn, type SocketAnswerMeans } from './protocol/client-errors.js';
import { continueWhenReading } from './protocol/expect-continue.js';
import { affordableConnections, limitConnections } from './protocol/connection-limit.js';
import { serializePipelinedRequests } from './protocol/pipelining.js';
import { checkRequests, ROUTER_MAX_PATH_PARAMETER } from './protocol/request-check.js';
import { routedUrl } from './protocol/request-target.js';
import { describeResponse, SECURITY_HEADERS, setResponseHeaders } from './protocol/response-headers.js';
import { requestIdOf } from './protocol/request-id.js';
import { measureRequests } from './request-metrics.js';
import type { Surfaces } from './surfaces.js';
import { addEtags } from './tagged-response.js';

/**
 * Limit for request line and headers together: a URL of 48 kB, such as one with 1,000 ids, and the headers.
 */
const MAX_HEADER_BYTES = 64 * 1024;
/** Time limit for receiving the headers. Node checks it every `CHECK_MS`. */
const HEADERS_MS = 10_000;
const CHECK_MS = 5_000;
/** Time limit for receiving headers and body. */
const REQUEST_MS = 60_000;
/**
 * Longer than load balancers keep idle connections (Google's: 600 s). If the balancer closes first, no
 * request is lost.
 */
const KEEP_ALIVE_MS = 620_000;

/**
 * Creates the Fastify adapter.
 * It sets request ids and small bodies by default. If the router refuses a request before any handler, the
 * response still has the error format of its surface.
 */
export function createFastifyAdapter(config: Config, logger: Logger, surfaces: Surfaces): FastifyAdapter {
  const filter = new ErrorFilter(logger, surfaces, config);
  const means = { logger, headers: SECURITY_HEADERS, helpOf: errorHelpOf(config) };
  const adapter = new FastifyAdapter({
    bodyLimit: SMALL_BODY.bytes,
    clientErrorHandler: answerClientErrors(means),
    genReqId: requestIdOf,
    http: {
      connectionsCheckingInterval: CHECK_MS,
      headersTimeout: HEADERS_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      // The product checks the header itself and answers in its own format.
      requireHostHeader: false,
    },
    keepAliveTimeout: KEEP_ALIVE_MS,
    logger: false,
    requestTimeout: REQUEST_MS,
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : false,
    routerOptions: { maxParamLength: ROUTER_MAX_PATH_PARAMETER },
    rewriteUrl: ({ url = '/' }) => routedUrl(url),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      normalizeClientAddress(request);
      logRefused(request, reply, logger);
      describeResponse(request, reply);
      filter.send(error, request, reply);
    },
  });
  serializePipelinedRequests(adapter.getInstance().server);
  overrideNodeResponses(adapter.getInstance(), means);
  const { DATABASE_POOL_SIZE, MAX_CONNECTIONS = affordableConnections(DATABASE_POOL_SIZE) } = config;
  limitConnections(adapter.getInstance().server, MAX_CONNECTIONS, logger);
  enforceDeadlines(adapter.getInstance(), config, (...args) => filter.send(...args));
  return adapter;
}

/** Adds the hooks that every request passes. Must run before the routes are registered. */
export function prepareFastify(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  normalizeClientAddresses(fastify);
  logRequests(fastify, logger);
  measureRequests(fastify, metrics);
  addEtags(fastify);
  setResponseHeaders(fastify);
  checkRequests(fastify);
  acceptBodies(fastify);
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.body) route.bodyLimit = route.config.body.bytes;
  });
}

/**
 * Without these listeners, Node closes the connection of a `CONNECT` and answers an `Expect` by itself, and
 * nothing is logged.
 */
function overrideNodeResponses({ server }: FastifyInstance, means: SocketAnswerMeans): void {
  server.on('connect', (_request, socket: Socket) =>
    refuseOn(socket, CommonErrors.methodNotAllowed.error({ headers: { Allow: '' } }), means),
  );
  continueWhenReading(server);
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}
