import { Module, type OnModuleInit } from '@nestjs/common';
import { Background } from '../platform/background/background.js';
import { sweep } from '../platform/background/sweep.js';
import { ClaimReleases } from './claim-releases.js';
import { Idempotency } from './idempotency.js';
import { IdempotencyClaims } from './idempotency-claims.js';

/** Runs a POST at most once per `Idempotency-Key`. */
@Module({ providers: [Idempotency, IdempotencyClaims, ClaimReleases], exports: [Idempotency] })
export class IdempotencyModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly claims: IdempotencyClaims,
  ) {}

  onModuleInit(): void {
    this.background.add(sweep('idempotency keys', () => this.claims.sweep()));
  }
}
