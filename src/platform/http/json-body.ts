import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import secureJson from 'secure-json-parse';
import { CommonErrors } from '../errors/common.errors.js';

/** Bodies of single records and small commands. */
export const SMALL_BODY_BYTES = 64 * 1024;
/** Bodies of bulk calls. */
export const BULK_BODY_BYTES = 10 * 1024 * 1024;

/**
 * JSON is what the product reads, and forms on the routes that say so: strict UTF-8 (bytes that are not would otherwise be replaced
 * silently), no `__proto__` keys, and nothing at all where the body is empty.
 */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, parseForm);
}

type Done = (error: Error | null, body?: unknown) => void;

/** One value a name: of a name that comes twice, neither can be meant. */
function parseForm(request: FastifyRequest, body: Buffer, done: Done): void {
  if (!request.routeOptions.config.acceptsForm) return done(CommonErrors.unsupportedMediaType.error());
  if (!isUtf8(body)) return done(CommonErrors.malformedForm.error());
  const fields = [...new URLSearchParams(body.toString())];
  const form = Object.fromEntries(fields);
  if (Object.keys(form).length < fields.length) return done(CommonErrors.malformedForm.error());
  done(null, form);
}

function parseJson(request: FastifyRequest, body: Buffer, done: Done): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return done(CommonErrors.unsupportedMediaType.error({ headers: { 'Accept-Encoding': 'identity' } }));
  }
  if (body.length === 0) return done(null, undefined);
  if (!isUtf8(body)) return done(CommonErrors.malformedJson.error());
  try {
    done(null, secureJson.parse(body.toString(), null, { protoAction: 'error', constructorAction: 'error' }));
  } catch (error) {
    done(CommonErrors.malformedJson.error({ cause: error }));
  }
}
