import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { RequestPriority } from './request-priority.js';

/** Gives every module a place for its background jobs. */
@Global()
@Module({ providers: [Background, RequestPriority], exports: [Background, RequestPriority] })
export class BackgroundModule {}
