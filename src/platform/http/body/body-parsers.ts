import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CommonErrors } from '../../errors/common.errors.js';
import { type BodyBounds, SMALL_BODY } from './body-bounds.js';
import { readForm } from './form-body.js';
import { readJson } from './json-body.js';

type Done = (error: Error | null, body?: unknown) => void;

/** JSON is what the product reads, and forms on the routes that say so; nothing at all where the body is empty. */
export function acceptBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, parser(parseJson));
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, parser(parseForm));
}

/** The largest body that the route of a request reads. */
export function boundsOf({ routeOptions }: FastifyRequest): BodyBounds {
  return routeOptions.config.body ?? SMALL_BODY;
}

function parser(parse: (request: FastifyRequest, body: Buffer) => unknown) {
  return (request: FastifyRequest, body: Buffer, done: Done): void => {
    try {
      requireUtf8(request);
      done(null, parse(request, body));
    } catch (error) {
      done(error as Error);
    }
  };
}

/** JSON and forms are UTF-8 (RFC 8259, section 8.1; URL Standard, section 5). A body that says another is not guessed at. */
function requireUtf8({ headers }: FastifyRequest): void {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '') ?? [];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw CommonErrors.unsupportedMediaType.error({
    message: 'The body must be UTF-8. Send charset=utf-8, or no charset.',
  });
}

function parseForm(request: FastifyRequest, body: Buffer): unknown {
  if (!request.routeOptions.config.acceptsForm) throw CommonErrors.unsupportedMediaType.error();
  return readForm(body);
}

function parseJson(request: FastifyRequest, body: Buffer): unknown {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw CommonErrors.unsupportedMediaType.error({ headers: { 'Accept-Encoding': 'identity' } });
  }
  return body.length === 0 ? undefined : readJson(body, boundsOf(request));
}
