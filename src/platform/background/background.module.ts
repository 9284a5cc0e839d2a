import { Global, Module } from '@nestjs/common';
import { Background } from './background.js';
import { Courtesy } from './courtesy.js';

/** Gives every module a place for its background jobs. */
@Global()
@Module({ providers: [Background, Courtesy], exports: [Background, Courtesy] })
export class BackgroundModule {}
