import { Module, type OnModuleInit } from '@nestjs/common';
import { RecordHooks } from '../../records/record-types/record-hooks.js';
import { RecordTypesModule } from '../../records/record-types/record-types.module.js';
import { DdsController } from './dds.controller.js';
import { statusChanged } from './dds-events.js';
import { DdsDrafts } from './dds-drafts.js';
import { DdsService } from './dds.service.js';

/** Due Diligence Statements: drafts for written batches, and the status of each batch. */
@Module({ imports: [RecordTypesModule], controllers: [DdsController], providers: [DdsDrafts, DdsService] })
export class DdsModule implements OnModuleInit {
  constructor(
    private readonly hooks: RecordHooks,
    private readonly drafts: DdsDrafts,
  ) {}

  onModuleInit(): void {
    this.hooks.onWritten('BATCH', async (tx, owner, rows, flags) => {
      const made = flags['autoCreateDDS'] ? await this.drafts.createMissing(tx, owner, rows) : [];
      const ddsCreated = made.map(({ batchExternalId, ddsId }) => ({ batchExternalId, ddsId }));
      return { answer: { ddsCreated }, events: made.map((draft) => statusChanged(draft, null, 'DRAFT')) };
    });
    this.hooks.beforeDeletion('BATCH', (tx, owner, batch) => this.drafts.releaseBatch(tx, owner, batch));
  }
}
