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
 * Answers each request in time, whatever hangs. A read has one limit for all. A write has one while it is found who
 * calls, one for its body, past which it is a 408, and one for its work. Between
 * the last two it may wait for its turn, which `WorkAdmission` limits. The limits of the database's statements end the work
 * itself; here the caller is answered.
 */
export function limitTimes(fastify: FastifyInstance, limits: Limits, send: Send): void {
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
      // What a write does after its deadline nobody tells the caller.
      begin(request, writeMs, () => send(outcomeUnknown(overdue), request, reply));
    }
    done();
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    clearTimeout(request.deadline);
    done();
  });
}

/** Begins a phase, and with it ends the one before. */
function begin(request: FastifyRequest, ms: number, late: () => void): void {
  clearTimeout(request.deadline);
  request.deadline = setTimeout(late, ms);
}

function isBulk({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config.body?.bytes ?? 0) > SMALL_BODY.bytes;
}
