import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { loggedUrl } from '../logging/redaction.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request turned out to come from, as far as the log may say: ids by name. */
    caller?: Readonly<Record<string, string>>;
  }
}

/** One line per answered request: who, what, how it ended and how long it took, in milliseconds. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    if (logger.isLevelEnabled('info')) logger.info(lineOf(request, reply), 'request');
    done();
  });
}

/** The same for a request that the router refused, which no hook sees. */
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
