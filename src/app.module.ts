import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { BackgroundModule } from './platform/background/background.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { ManagementModule } from './management/management.module.js';
import { ComplianceModule } from './compliance/compliance.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { Config } from './platform/config/config.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { ErrorFilter } from './platform/http/error.filter.js';
import { HealthModule } from './platform/health/health.module.js';
import { Surfaces } from './platform/http/surfaces.js';
import { createValidationPipe } from './platform/http/validation.js';
import type { Logger } from './platform/logging/logger.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import type { Metrics } from './platform/metrics/metrics.js';
import { MetricsModule } from './platform/metrics/metrics.module.js';
import { RedisModule } from './platform/redis/redis.module.js';
import { SafeStoreModule } from './platform/safe-store/safe-store.module.js';
import { RecordsModule } from './records/records.module.js';
import { SCHEMA } from './schema.js';
import { SURFACES } from './surfaces.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The root module. */
@Module({})
export class AppModule {
  static with(config: Config, logger: Logger, metrics: Metrics): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggingModule.with(logger),
        DatabaseModule.with(SCHEMA),
        MetricsModule.with(metrics),
        RedisModule,
        BackgroundModule,
        HealthModule,
        SafeStoreModule,
        CredentialsModule,
        RecordsModule,
        ComplianceModule,
        WebhooksModule,
        ManagementModule,
      ],
      providers: [
        { provide: Surfaces, useValue: SURFACES },
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useFactory: createValidationPipe },
      ],
    };
  }
}
