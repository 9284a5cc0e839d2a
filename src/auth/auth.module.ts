import { OwnedCredentialKinds } from './credentials/owned-credentials.js';
import { Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { RevocationEpoch } from './credentials/revocation-epoch.js';
import { Authenticator } from './credentials/authenticator.js';
import { CredentialLookups } from './credentials/credential-lookup.js';
import { CredentialRows } from './credentials/credential-rows.js';
import { CredentialStrategies } from './credentials/credential-strategies.js';
import { LastUse } from './credentials/last-use.js';
import { LeakRevokers } from './credentials/leak-revoker.js';
import { RevocationHooks } from './credentials/revocation-hooks.js';
import { AccessGuard } from './guard/access.guard.js';
import { BodyAdmission } from './guard/body-admission.js';
import { WorkAdmission } from './guard/work-admission.js';
import { FailureThrottle } from './rate-limits/failure-throttle.js';
import { CredentialRateLimiter } from './rate-limits/credential-rate-limiter.js';
import { AnonymousRateLimiter } from './rate-limits/anonymous-rate-limiter.js';

/**
 * The guard, and the code that all kinds of credentials share. Each kind registers in `CredentialStrategies`.
 */
@Module({
  providers: [
    RevocationEpoch,
    AccessGuard,
    Authenticator,
    BodyAdmission,
    CredentialLookups,
    CredentialRows,
    CredentialStrategies,
    FailureThrottle,
    LastUse,
    LeakRevokers,
    OwnedCredentialKinds,
    CredentialRateLimiter,
    RevocationHooks,
    AnonymousRateLimiter,
    WorkAdmission,
    { provide: APP_GUARD, useExisting: AccessGuard },
  ],
  exports: [
    RevocationEpoch,
    CredentialLookups,
    CredentialRows,
    CredentialStrategies,
    FailureThrottle,
    LeakRevokers,
    OwnedCredentialKinds,
    RevocationHooks,
  ],
})
export class AuthModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly guard: AccessGuard,
    private readonly work: WorkAdmission,
  ) {}

  /**
   * The first half of the guard is a Fastify hook, because it must run before Fastify reads a body.
   * Command-line processes have no HTTP adapter.
   */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance<FastifyInstance | undefined>();
    fastify?.addHook('onRequest', (request, reply) => this.guard.onRequest(request, reply));
    fastify?.addHook('onRoute', (route) => this.work.holdWhileWorking(route));
    fastify?.server.on('connection', () => this.work.noteConnection());
    fastify?.addHook('preValidation', (request, reply) => this.work.admit(request, reply));
    fastify?.addHook('onSend', (request, reply, _payload, done) => {
      this.guard.onSend(request, reply);
      done();
    });
  }
}
