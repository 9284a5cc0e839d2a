import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Background } from '../platform/background/background.js';
import { daysAgo, sweep } from '../platform/background/sweep.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { AuditLog } from './audit-log.js';
import { AuditCheckpoints } from './audit-checkpoints.js';
import { AuditReader } from './audit-reader.js';
import { AuditRetention } from './audit-retention.js';
import { AuditMacs } from './audit-macs.js';
import { AuditVerifier } from './audit-verifier.js';

/** The audit log: who did what to which credential. */
@Module({
  providers: [AuditLog, AuditCheckpoints, AuditReader, AuditRetention, AuditMacs, AuditVerifier],
  exports: [AuditLog, AuditReader, AuditVerifier],
})
export class AuditModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly retention: AuditRetention,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const { AUDIT_KEPT_DAYS } = this.config;
    this.background.add(sweep('audit log', () => this.retention.sweep(daysAgo(AUDIT_KEPT_DAYS))));
  }
}
