import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';

/** Gives every module a place for its background jobs. */
@Global()
@Module({ providers: [Background], exports: [Background] })
export class BackgroundModule {}
