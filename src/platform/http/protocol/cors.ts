import type { FastifyRequest } from 'fastify';
import { METHODS } from './resources.js';

/** All that callers' pages may read of a response, beside its body. */
const EXPOSED = [
  'Allow',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
];
/** All that callers' pages may send, beside what browsers let pass anyway. */
const SENT = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Company',
  'X-Request-Id',
];
/** Browsers keep the answer to a preflight this long; Chromium keeps none longer. */
const PREFLIGHT_KEPT_SECONDS = 7200;

type Delegator = (request: FastifyRequest, done: (error: null, options: object) => void) => void;

/**
 * Lets pages of these origins call the API (Fetch Standard, section 3.2). An `OPTIONS` that is no preflight is answered
 * like one without CORS.
 */
export function corsFor(origins: readonly string[]): { delegator: Delegator } {
  const options = {
    origin: [...origins],
    methods: METHODS.filter((method) => method !== 'OPTIONS'),
    exposedHeaders: EXPOSED,
    allowedHeaders: SENT,
    maxAge: PREFLIGHT_KEPT_SECONDS,
  };
  const delegator: Delegator = ({ headers }, done) => {
    const preflight = headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
    done(null, { ...options, preflight });
  };
  return { delegator };
}
