import { Inject, Module } from '@nestjs/common';
import { AccessModule } from '../../auth/access.module.js';
import { PEOPLE_DOOR, TOKEN_DOOR } from '../../integrations/doors.js';
import { RecordReader } from './record-reader.js';
import { RecordRemover } from './record-remover.js';
import { UpsertEngine } from './upsert.engine.js';
import { SyncLogs } from '../sync-logs/sync-logs.js';
import { RecordHooks } from '../record-types/record-hooks.js';
import { RecordRegistry } from '../record-types/record-registry.js';
import { Background } from '../../platform/background/background.js';
import { daysAgo, sweep } from '../../platform/background/sweep.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { ChangesController } from '../changes/changes.controller.js';
import { ChangeFeed } from '../changes/change-feed.js';
import { FailedRuns } from './failed-runs.js';
import { syncLogsController } from '../sync-logs/sync-logs.controller.js';
import { SyncStatusController } from '../sync-status/sync-status.controller.js';

/** What the record types share: the engine that writes them, the readers, the logs and the hooks. */
@Module({
  imports: [AccessModule],
  controllers: [
    SyncStatusController,
    syncLogsController(TOKEN_DOOR),
    syncLogsController(PEOPLE_DOOR),
    ChangesController,
  ],
  providers: [
    ChangeFeed,
    FailedRuns,
    RecordHooks,
    RecordReader,
    RecordRegistry,
    RecordRemover,
    SyncLogs,
    UpsertEngine,
  ],
  exports: [AccessModule, RecordHooks, RecordReader, RecordRegistry, RecordRemover, SyncLogs, UpsertEngine],
})
export class SyncModule {
  constructor(
    @Inject(Background) background: Background,
    @Inject(ChangeFeed) feed: ChangeFeed,
    @Inject(SyncLogs) logs: SyncLogs,
    @Inject(CONFIG) { EVENTS_KEPT_DAYS, SYNC_LOGS_KEPT_DAYS }: Config,
  ) {
    background.add(sweep('change feed', () => feed.sweep(daysAgo(EVENTS_KEPT_DAYS))));
    background.add(sweep('sync logs', () => logs.sweep(daysAgo(SYNC_LOGS_KEPT_DAYS))));
  }
}
