import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Metrics } from './metrics.js';
import { MetricsServer } from './metrics-server.js';

/** Provides counters, and serves them on `METRICS_PORT` if it is set. */
@Module({})
export class MetricsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly server: MetricsServer,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  static with(metrics: Metrics): DynamicModule {
    return {
      module: MetricsModule,
      global: true,
      providers: [
        { provide: Metrics, useValue: metrics },
        {
          provide: MetricsServer,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new MetricsServer(metrics, logger),
        },
      ],
      exports: [Metrics],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    const { METRICS_HOST: host, METRICS_PORT: configured } = this.config;
    if (configured === undefined) return;
    const port = await this.server.listen(host, configured);
    this.logger.info({ host, port }, 'metrics listening');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server.close();
  }
}
