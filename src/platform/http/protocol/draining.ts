import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/**
 * The time between the stop signal and the end of accepting connections.
 * Readiness answers 503, so load balancers send requests elsewhere. Every response closes its connection, so
 * no connection closes while a request is on its way.
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

  /** Command-line processes have no HTTP adapter. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.begun) void reply.header('Connection', 'close');
      done();
    });
  }
}
