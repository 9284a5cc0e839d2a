import type { FastifyInstance, FastifyRequest } from 'fastify';
import { preferredType } from '../../errors/accept.js';
import type { AppError } from '../../errors/app-error.js';
import { CommonErrors, validationError } from '../../errors/common.errors.js';
import { JSON_TYPES } from '../../errors/error-format.js';
import { repeatedHeader } from './repeated-headers.js';
import { targetProblem, WHOLE_SERVER } from './request-target.js';
import { METHODS, AllowedMethods } from './allowed-methods.js';

/** Enough for an external id of 255 characters with four percent-encoded bytes each. */
const MAX_PATH_PARAMETER = 255 * 4 * 3;
/** More than any route has. */
const MAX_QUERY_NAMES = 50;
/** The only supported transfer coding of a body (RFC 9112, section 6.1). */
const CHUNKED = 'chunked';
/** Longer than any path parameter that Node accepts. The router therefore never refuses one by itself. */
export const ROUTER_MAX_PATH_PARAMETER = 64 * 1024;

/**
 * Checks every request before its credential: it refuses a missing host, a repeated header that may come only
 * once, a path that does not decode, and a method that the path does not support. It answers `OPTIONS`.
 * After the credential and before the body, it refuses a request whose `Accept` excludes every format of the
 * route.
 */
export function checkRequests(fastify: FastifyInstance): void {
  const resources = new AllowedMethods(ROUTER_MAX_PATH_PARAMETER);
  fastify.addHook('onRoute', (route) => resources.add(route));
  fastify.addHook('onRequest', (request, reply, done) => {
    const allowed = request.originalUrl === WHOLE_SERVER ? METHODS : resources.allowedAt(request.url);
    const problem = problemOf(request, allowed);
    if (problem) return done(problem);
    if (request.method !== 'OPTIONS' || !allowed) return done();
    void reply.code(204).header('Allow', allowed.join(', ')).send();
  });
  fastify.addHook('preParsing', (request, _reply, _payload, done) => done(unacceptable(request)));
}

function problemOf(request: FastifyRequest, allowed: readonly string[] | undefined): AppError | undefined {
  const { raw, originalUrl, method } = request;
  if (raw.headers.host === undefined && raw.httpVersion === '1.1') {
    return CommonErrors.badRequest.error({ message: 'The header Host is required.' });
  }
  if ((raw.headers['transfer-encoding'] ?? CHUNKED).trim().toLowerCase() !== CHUNKED) {
    return CommonErrors.badRequest.error({
      message: 'Transfer-Encoding must be "chunked" and nothing else.',
    });
  }
  const problem = repeatedHeader(raw) ?? targetProblem(originalUrl);
  if (problem) return problem;
  if (!allowed) return CommonErrors.notFound.error();
  if (!allowed.includes(method)) {
    return CommonErrors.methodNotAllowed.error({ headers: { Allow: allowed.join(', ') } });
  }
  return longParameter(request) ?? manyNames(request);
}

function longParameter({ params }: FastifyRequest): AppError | undefined {
  const values = Object.values((params ?? {}) as Record<string, string>);
  if (values.every((value) => value.length <= MAX_PATH_PARAMETER)) return undefined;
  const message = `A segment of the path has more than ${MAX_PATH_PARAMETER} characters.`;
  return CommonErrors.validation.error({ message });
}

/** Validation reports each unknown name, so their number is limited. */
function manyNames({ query }: FastifyRequest): AppError | undefined {
  if (Object.keys(query as object).length <= MAX_QUERY_NAMES) return undefined;
  return validationError([{ path: '', message: `The query string has more than ${MAX_QUERY_NAMES} names` }]);
}

function unacceptable({ is404, headers, routeOptions }: FastifyRequest): AppError | undefined {
  if (is404 || routeOptions.config.ignoresAccept) return undefined;
  return preferredType(headers.accept, JSON_TYPES) === undefined
    ? CommonErrors.notAcceptable.error()
    : undefined;
}
