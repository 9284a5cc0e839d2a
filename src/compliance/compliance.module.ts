import { Module } from '@nestjs/common';
import { DdsModule } from './dds/dds.module.js';

/** What the regulation asks of the records. */
@Module({ imports: [DdsModule] })
export class ComplianceModule {}
