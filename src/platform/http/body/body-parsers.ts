import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AppError } from '../../errors/app-error.js';
import { CommonErrors } from '../../errors/common.errors.js';
import { type BodyBounds, SMALL_BODY } from './body-bounds.js';
import { readForm } from './form-body.js';
import { LargeBodies } from './large-bodies.js';
import { readJson } from './json-body.js';

const FORM = 'application/x-www-form-urlencoded';
/** Methods whose body is not read. */
const BODYLESS = new Set(['GET', 'HEAD']);

type Done = (error: Error | null, body?: unknown) => void;

/** Accepts JSON, and forms on routes that declare them. An empty body counts as no body. */
export function acceptBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parseSmall = parser(parseJson);
  const large = new LargeBodies();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length <= SMALL_BODY.bytes) parseSmall(request, body, done);
    else large.read(request, body, boundsOf(request)).then((value) => done(null, value), done);
  });
  fastify.addContentTypeParser(FORM, { parseAs: 'buffer' }, parser(parseForm));
  fastify.addHook('preParsing', (request, _reply, _payload, done) => done(unreadable(request)));
}

/** Returns the body limits of the request's route. */
export function boundsOf({ routeOptions }: FastifyRequest): BodyBounds {
  return routeOptions.config.body ?? SMALL_BODY;
}

function parser(parse: (request: FastifyRequest, body: Buffer) => unknown) {
  return (request: FastifyRequest, body: Buffer, done: Done): void => {
    try {
      done(null, parse(request, body));
    } catch (error) {
      done(error as Error);
    }
  };
}

/**
 * Returns the error if the headers show that the body cannot be read.
 * JSON and forms must be UTF-8 (RFC 8259, section 8.1; URL Standard, section 5). Another charset is refused.
 */
function unreadable({ method, headers, routeOptions }: FastifyRequest): AppError | undefined {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = headers;
  if (type === undefined || BODYLESS.has(method)) return undefined;
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type) ?? [];
  if (!/^utf-?8$/i.test(charset)) {
    const message = 'The body must be UTF-8. Send charset=utf-8, or no charset.';
    return CommonErrors.unsupportedMediaType.error({ message });
  }
  if (type.trim().toLowerCase().startsWith(FORM) && !routeOptions.config.acceptsForm)
    return CommonErrors.unsupportedMediaType.error();
  if (encoding === 'identity') return undefined;
  return CommonErrors.unsupportedMediaType.error({ headers: { 'Accept-Encoding': 'identity' } });
}

function parseForm(_request: FastifyRequest, body: Buffer): unknown {
  return readForm(body);
}

function parseJson(request: FastifyRequest, body: Buffer): unknown {
  return body.length === 0 ? undefined : readJson(body, boundsOf(request));
}
