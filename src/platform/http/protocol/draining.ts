import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/**
 * The time between the signal to stop and the end of accepting connections: readiness answers 503, so that load
 * balancers send their requests elsewhere, and every response closes its connection, so that none is closed while
 * a request is on its way.
 */
@Injectable()
export class Draining implements OnModuleInit {
  private begun = false;

  constructor(private readonly host: HttpAdapterHost) {}

  get isUnderway(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }

  /** Commands have no HTTP adapter. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.begun) void reply.header('Connection', 'close');
      done();
    });
  }
}
