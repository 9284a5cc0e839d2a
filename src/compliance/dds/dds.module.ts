import { Inject, Module } from '@nestjs/common';
import { RecordHooks } from '../../records/record-types/record-hooks.js';
import { SyncModule } from '../../records/engine/engine.module.js';
import { DdsController } from './dds.controller.js';
import { statusChanged } from './dds-events.js';
import { DdsDrafts } from './dds-drafts.js';
import { DdsService } from './dds.service.js';

@Module({ imports: [SyncModule], controllers: [DdsController], providers: [DdsDrafts, DdsService] })
export class DdsModule {
  constructor(@Inject(RecordHooks) hooks: RecordHooks, @Inject(DdsDrafts) drafts: DdsDrafts) {
    hooks.onWritten('BATCH', async (tx, owner, rows, flags) => {
      const made = flags['autoCreateDDS'] ? await drafts.createMissing(tx, owner, rows) : [];
      const ddsCreated = made.map(({ batchExternalId, ddsId }) => ({ batchExternalId, ddsId }));
      return { answer: { ddsCreated }, events: made.map((draft) => statusChanged(draft, null, 'DRAFT')) };
    });
    hooks.beforeDeletion('BATCH', (tx, owner, batch) => drafts.releaseBatch(tx, owner, batch));
  }
}
