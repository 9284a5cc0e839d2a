import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validationError } from '../platform/errors/common.errors.js';
import type { Principal } from '../auth/principal/principal.js';

/** A call that may carry an `Idempotency-Key`, as the route's handler got it. */
export interface IdempotentRequest {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What tells one keyed call from another. */
export interface CallIdentity {
  /** The key, hashed with the credential that sent it. */
  id: string;
  companyId: string;
  /** Of method, route, parameters and the JSON value of the body: a retry has the same. */
  fingerprint: string;
  /** The fingerprint as version 0.1.0 made it, of the path and the body's text; for keys that it took. */
  formerFingerprint?: string;
}

const KEY = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * The call's identity, or undefined where it carries no key, or is no POST: other methods take none. The key may be
 * bare or a quoted string.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws VALIDATION_ERROR for a key that is none.
 */
export function identityOf({ request }: IdempotentRequest): CallIdentity | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined || request.method !== 'POST') return undefined;
  const key = unquoted(String(given));
  if (!KEY.test(key)) {
    const message = 'Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID';
    throw validationError([{ path: 'Idempotency-Key', message }]);
  }
  const principal = request.principal as Principal;
  const [path = ''] = request.url.split('?');
  return {
    id: digest(principal.credential.id, key),
    companyId: companyOf(principal),
    fingerprint: fingerprintOf(request),
    formerFingerprint: digest(request.method, path, JSON.stringify(request.body ?? null)),
  };
}

/**
 * The company is not in it, though the path may name one, by its slug or its id: claims compare the company's id.
 * No body is the same as an empty object, which is what a route that takes no members reads in both.
 */
function fingerprintOf({ method, routeOptions, params, query, body }: FastifyRequest): string {
  const { company: _, ...more } = params as Record<string, string>;
  return digest(method, routeOptions.url ?? '', canonicalJson([more, query, body ?? {}]));
}

/** The JSON text of a value with the members of its objects in one order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (isObject(member) ? sorted(member) : member));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The company that the call is about; for a call about no company, the caller's own. */
function companyOf(principal: Principal): string {
  return 'company' in principal ? principal.company.id : principal.companyId;
}

function unquoted(text: string): string {
  return QUOTED.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? text;
}

function digest(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
