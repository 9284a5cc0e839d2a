import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { RequestPriority } from './request-priority.js';

/** Provides background jobs for all modules. */
@Global()
@Module({ providers: [Background, RequestPriority], exports: [Background, RequestPriority] })
export class BackgroundModule {}
