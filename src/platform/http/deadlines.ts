import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { CommonErrors, outcomeUnknown, unavailable } from '../errors/common.errors.js';
import { SMALL_BODY } from './body/body-bounds.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Whether the route may run longer than others. It commits in steps, and each of its statements has a
     * limit.
     */
    isLongRunning?: boolean;
  }
  interface FastifyRequest {
    /** Timer of the current phase of the request. */
    deadline?: NodeJS.Timeout;
  }
}

type Limits = Pick<Config, 'READ_DEADLINE_SECONDS' | 'WRITE_DEADLINE_SECONDS'>;
type Send = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** A bulk body may take this many times the limit of a write. */
const BULK_BODY_FACTOR = 2;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Limits the time of each request, whatever hangs.
 * A read has one limit. A write has three: one for authentication, one for its body (then a 408) and one for
 * its work. Between the last two it may wait for admission, which `WorkAdmission` limits.
 * These limits only answer the caller. The limits of database statements end the work itself.
 */
export function enforceDeadlines(fastify: FastifyInstance, limits: Limits, send: Send): void {
  const [readMs, writeMs] = [limits.READ_DEADLINE_SECONDS * 1000, limits.WRITE_DEADLINE_SECONDS * 1000];
  const overdue = new Error('the request was not done by its deadline');
  fastify.decorateRequest('deadline');
  fastify.addHook('onRequest', (request, reply, done) => {
    begin(request, readMs, () => send(unavailable(overdue), request, reply));
    done();
  });
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    if (!READS.has(request.method)) {
      begin(request, isBulk(request) ? BULK_BODY_FACTOR * writeMs : readMs, () => {
        void reply.header('Connection', 'close');
        send(CommonErrors.requestTimeout.error(), request, reply);
      });
    }
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (!READS.has(request.method)) clearTimeout(request.deadline);
    done();
  });
  fastify.addHook('preHandler', (request, reply, done) => {
    if (!READS.has(request.method) && !request.routeOptions.config.isLongRunning) {
      // The write may still take effect after its deadline, and the caller would not learn of it.
      begin(request, writeMs, () => send(outcomeUnknown(overdue), request, reply));
    }
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    clearTimeout(request.deadline);
    done();
  });
}

/** Starts a phase and ends the one before. */
function begin(request: FastifyRequest, ms: number, late: () => void): void {
  clearTimeout(request.deadline);
  request.deadline = setTimeout(late, ms);
}

function isBulk({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config.body?.bytes ?? 0) > SMALL_BODY.bytes;
}
