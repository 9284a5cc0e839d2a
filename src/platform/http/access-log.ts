import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { loggedUrl } from '../logging/redaction.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Ids of the caller for the log, by name. */
    caller?: Readonly<Record<string, string>>;
  }
}

/** Logs one line for each answered request: caller, request, status, and duration in milliseconds. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (logger.isLevelEnabled('info')) logger.info(lineOf(request, reply), 'request');
    done();
  });
}

/** Logs a request that the router refused. No hook sees it. */
export function logRefused(request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  reply.raw.once('finish', () => logger.info(lineOf(request, reply), 'request'));
}

function lineOf(request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  return {
    requestId: request.id,
    method: request.method,
    url: loggedUrl(request.url),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ip: request.ip,
    ...request.caller,
  };
}
