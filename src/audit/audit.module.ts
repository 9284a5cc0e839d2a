import { Inject, Module } from '@nestjs/common';
import { Background } from '../platform/background/background.js';
import { daysAgo, sweep } from '../platform/background/sweep.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { AuditLog } from './audit-log.js';
import { AuditPoints } from './audit-points.js';
import { AuditReader } from './audit-reader.js';
import { AuditRetention } from './audit-retention.js';
import { AuditSeals } from './audit-seals.js';
import { AuditVerifier } from './audit-verifier.js';

/** Who did what to which credential. */
@Module({
  providers: [AuditLog, AuditPoints, AuditReader, AuditRetention, AuditSeals, AuditVerifier],
  exports: [AuditLog, AuditReader, AuditVerifier],
})
export class AuditModule {
  constructor(
    @Inject(Background) background: Background,
    @Inject(AuditRetention) retention: AuditRetention,
    @Inject(CONFIG) { AUDIT_KEPT_DAYS }: Config,
  ) {
    background.add(sweep('audit log', () => retention.sweep(daysAgo(AUDIT_KEPT_DAYS))));
  }
}
