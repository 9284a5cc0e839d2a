import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { IntegrationsModule } from '../../integrations/integrations.module.js';
import { MEMBER_AUDIENCE, TOKEN_AUDIENCE } from '../../integrations/audiences.js';
import { Background } from '../../platform/background/background.js';
import { daysAgo, sweep } from '../../platform/background/sweep.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { createSyncLogsController } from './sync-logs.controller.js';
import { SyncLogs } from './sync-logs.js';

/** Stores one log for each sync run, for `SYNC_LOGS_KEPT_DAYS`. */
@Module({
  imports: [IntegrationsModule],
  controllers: [createSyncLogsController(TOKEN_AUDIENCE), createSyncLogsController(MEMBER_AUDIENCE)],
  providers: [SyncLogs],
  exports: [SyncLogs],
})
export class SyncLogsModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly logs: SyncLogs,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const { SYNC_LOGS_KEPT_DAYS } = this.config;
    this.background.add(sweep('sync logs', () => this.logs.sweep(daysAgo(SYNC_LOGS_KEPT_DAYS))));
  }
}
