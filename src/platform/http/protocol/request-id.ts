import type { IncomingMessage } from 'node:http';
import { withoutCredentials } from '../../logging/redaction.js';
import { newId } from '../../ids/ids.js';

const REQUEST_ID_PREFIX = 'req';
const ACCEPTABLE = /^[\w.-]{8,64}$/;

export const newRequestId = (): string => newId(REQUEST_ID_PREFIX);

/** Returns the caller's `X-Request-Id` if it is safe to repeat in logs and responses, else a new id. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  const harmless = typeof given === 'string' && ACCEPTABLE.test(given) && withoutCredentials(given) === given;
  return harmless ? given : newRequestId();
}
