import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiNotModifiedResponse } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { isUnchanged, tagOf } from './entity-tags.js';
import { routeConfig } from './route-access.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a 200 response gets an ETag of its body. */
    hasEtag?: boolean;
  }
}

/**
 * Adds an ETag, a hash of the body, to the responses of routes that declare it.
 * It encodes the text only once, for the hash and the socket, because encoding costs more than hashing.
 */
export function addEtags(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const hasEtag = request.routeOptions.config.hasEtag && reply.statusCode === 200;
    if (!hasEtag || typeof payload !== 'string') return done(null, payload);
    const body = Buffer.from(payload);
    const unchanged = isUnchanged(reply, request.headers['if-none-match'], tagOf(body));
    done(null, unchanged ? null : body);
  });
}

/**
 * Adds an `ETag` to the response of a GET. A matching `If-None-Match` then gets a 304 (RFC 9110, section
 * 13.1.2).
 */
export function TaggedResponse(): MethodDecorator {
  return applyDecorators(
    routeConfig({ hasEtag: true }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'ETag of an earlier response. Returns 304 if nothing changed.',
      schema: { type: 'string' },
    }),
    ApiNotModifiedResponse({ description: 'Nothing changed since the given ETag.' }),
  );
}
