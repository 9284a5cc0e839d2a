import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { validationError } from '../platform/errors/common.errors.js';
import type { Principal } from '../auth/principal/principal.js';

/** A call that may carry an `Idempotency-Key`, as the route's handler receives it. */
export interface IdempotentRequest {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Identifies a call with a key. */
export interface CallIdentity {
  /** Hash of the key and of the credential that sent it. */
  id: string;
  companyId: string;
  /** Hash of method, route, parameters and the JSON value of the body. A retry has the same one. */
  fingerprint: string;
  /**
   * Fingerprint of version 0.1.0, over the path and the text of the body. For keys that this version stored.
   */
  formerFingerprint?: string;
}

const KEY = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * Returns the identity of the call; undefined if it has no key or is not a POST. The key may be a bare or a
 * quoted string.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws VALIDATION_ERROR if the key is malformed
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
 * Leaves out the company, because a path may name it by slug or by id; claims compare the company's id
 * instead.
 * A missing body equals an empty object, because routes read both the same way.
 */
function fingerprintOf({ method, routeOptions, params, query, body }: FastifyRequest): string {
  const { company: _, ...more } = params as Record<string, string>;
  return digest(method, routeOptions.url ?? '', canonicalJson([more, query, body ?? {}]));
}

/** Returns the JSON text of a value, with the members of each object sorted. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => (isObject(member) ? sorted(member) : member));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Returns the company of the call; for a call about no company, the caller's own. */
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
