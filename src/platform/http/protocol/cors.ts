import type { FastifyRequest } from 'fastify';
import { METHODS } from './allowed-methods.js';

/** Response headers that a page of another origin may read. */
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
/** Request headers that a page of another origin may send, beside those that browsers always allow. */
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
/** Browsers cache a preflight response this long. Chromium allows no more. */
const PREFLIGHT_KEPT_SECONDS = 7200;

type Delegator = (request: FastifyRequest, done: (error: null, options: object) => void) => void;

/**
 * Lets pages of these origins call the API (Fetch Standard, section 3.2). An `OPTIONS` request that is no
 * preflight gets the normal response.
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
