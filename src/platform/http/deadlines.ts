import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { CommonErrors, outcomeUnknown, unavailable } from '../errors/common.errors.js';
import { SMALL_BODY } from './body/body-bounds.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether it may work for longer than others: it commits in steps, and each of its statements has a limit. */
    isLongRunning?: boolean;
  }
  interface FastifyRequest {
    /** Ends the phase that the request is in. */
    deadline?: NodeJS.Timeout;
  }
}

type Limits = Pick<Config, 'READ_DEADLINE_SECONDS' | 'WRITE_DEADLINE_SECONDS'>;
type Send = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** A bulk body may come for so many times as long as the write that follows it may take. */
const BULK_BODY_FACTOR = 2;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Answers each request in time, whatever hangs: a body that trickles in with 408, work that takes too long with 503.
 * The work itself ends by the limits of the database's statements; here the caller is no longer held.
 */
export function limitTimes(fastify: FastifyInstance, limits: Limits, send: Send): void {
  fastify.decorateRequest('deadline');
  fastify.addHook('onRequest', (request, reply, done) => {
    end(request, bodyMs(request, limits), () => {
      void reply.header('Connection', 'close');
      send(CommonErrors.requestTimeout.error(), request, reply);
    });
    done();
  });
  fastify.addHook('preValidation', (request, reply, done) => {
    if (request.routeOptions.config.isLongRunning) clearTimeout(request.deadline);
    else end(request, workMs(request, limits), () => send(overdue(request), request, reply));
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    clearTimeout(request.deadline);
    done();
  });
}

/** Begins a phase, and with it ends the one before. */
function end(request: FastifyRequest, ms: number, late: () => void): void {
  clearTimeout(request.deadline);
  request.deadline = setTimeout(late, ms);
}

function bodyMs({ routeOptions }: FastifyRequest, limits: Limits): number {
  const isBulk = (routeOptions.config.body?.bytes ?? 0) > SMALL_BODY.bytes;
  return isBulk
    ? BULK_BODY_FACTOR * limits.WRITE_DEADLINE_SECONDS * 1000
    : limits.READ_DEADLINE_SECONDS * 1000;
}

function workMs({ method }: FastifyRequest, limits: Limits): number {
  return (READS.has(method) ? limits.READ_DEADLINE_SECONDS : limits.WRITE_DEADLINE_SECONDS) * 1000;
}

/** What a write does after its deadline nobody tells the caller. */
function overdue({ method }: FastifyRequest): Error {
  const cause = new Error('the request was not done by its deadline');
  return READS.has(method) ? unavailable(cause) : outcomeUnknown(cause);
}
