import { Module } from '@nestjs/common';
import { RecordHooks } from './record-hooks.js';
import { RecordRegistry } from './record-registry.js';

/** Registries through which record types and higher modules take part in writing and reading records. */
@Module({ providers: [RecordHooks, RecordRegistry], exports: [RecordHooks, RecordRegistry] })
export class RecordTypesModule {}
