import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiNotModifiedResponse } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { isUnchanged, tagOf } from './entity-tags.js';
import { routeConfig } from './route-access.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether its 200 gets an entity tag of what is sent. */
    isTagged?: boolean;
  }
}

/**
 * Tags what the routes that ask for it send, by a hash of the body. The text becomes bytes once, for the hash and for the
 * socket: that costs more than the hash.
 */
export function tagAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isTagged = request.routeOptions.config.isTagged && reply.statusCode === 200;
    if (!isTagged || typeof payload !== 'string') return done(null, payload);
    const body = Buffer.from(payload);
    const unchanged = isUnchanged(reply, request.headers['if-none-match'], tagOf(body));
    done(null, unchanged ? null : body);
  });
}

/** Gives the answer of a GET an `ETag` of its content; `If-None-Match` then answers 304 (RFC 9110, section 13.1.2). */
export function TaggedResponse(): MethodDecorator {
  return applyDecorators(
    routeConfig({ isTagged: true }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'ETag of an earlier response. Returns 304 if nothing changed.',
      schema: { type: 'string' },
    }),
    ApiNotModifiedResponse({ description: 'Nothing changed since the given ETag.' }),
  );
}
