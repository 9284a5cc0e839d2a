import type { IncomingMessage } from 'node:http';
import { withoutCredentials } from '../../logging/redaction.js';
import { newId } from '../../ids/ids.js';

const REQUEST_ID_PREFIX = 'req';
const ACCEPTABLE = /^[\w.-]{8,64}$/;

export const newRequestId = (): string => newId(REQUEST_ID_PREFIX);

/** The caller's `X-Request-Id` where it is harmless to repeat in logs and answers, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  const harmless = typeof given === 'string' && ACCEPTABLE.test(given) && withoutCredentials(given) === given;
  return harmless ? given : newRequestId();
}
