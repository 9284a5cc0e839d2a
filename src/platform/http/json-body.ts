import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';
import secureJson from 'secure-json-parse';
import { CommonErrors } from '../errors/common.errors.js';

/** Bodies of single records and small commands. */
export const SMALL_BODY_BYTES = 64 * 1024;
/** Bodies of bulk calls. */
export const BULK_BODY_BYTES = 10 * 1024 * 1024;

/**
 * JSON is the only body the product reads: strict UTF-8 (bytes that are not would otherwise be replaced
 * silently), no `__proto__` keys, and nothing at all where the body is empty.
 */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJson);
}

function parseJson(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
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
