import { Global, Module } from '@nestjs/common';
import { RedisConnection } from './redis-connection.js';

/** Provides the process's connection to Redis. */
@Global()
@Module({ providers: [RedisConnection], exports: [RedisConnection] })
export class RedisModule {}
