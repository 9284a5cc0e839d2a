import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Logger, withoutCredentials } from '../logging/logger.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request turned out to come from, as far as the log may say: ids by name. */
    caller?: Readonly<Record<string, string>>;
  }
}

/** One line per answered request: who, what, how it ended and how long it took, in milliseconds. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.info(lineOf(request, reply), 'request');
    done();
  });
}

/** The same for a request that the router refused, which no hook sees. */
export function logRefused(request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  reply.raw.once('finish', () => logger.info(lineOf(request, reply), 'request'));
}

/** Percent-encoding must not hide a credential from the redaction. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function lineOf(request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  return {
    requestId: request.id,
    method: request.method,
    url: withoutCredentials(decoded(request.url)),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ip: request.ip,
    ...request.caller,
  };
}
