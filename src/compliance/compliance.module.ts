import { Module } from '@nestjs/common';
import { DdsModule } from './dds/dds.module.js';

/** What Regulation (EU) 2023/1115 requires for the records. */
@Module({ imports: [DdsModule] })
export class ComplianceModule {}
