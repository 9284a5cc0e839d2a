import { Module } from '@nestjs/common';
import { Draining } from '../http/protocol/draining.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

@Module({ controllers: [HealthController], providers: [Draining, Readiness] })
export class HealthModule {}
