import { type DynamicModule, Module } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import type { Schema } from './data-source.js';
import { Database, type DatabaseLimits } from './database.js';
import { DatabaseConnector } from './database-connector.js';

const SCHEMA = Symbol('SCHEMA');

/** Provides the `Database` and connects it in the background. */
@Module({})
export class DatabaseModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    private readonly connector: DatabaseConnector,
    private readonly database: Database,
  ) {}

  static with(schema: Schema): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        { provide: SCHEMA, useValue: schema },
        {
          provide: Database,
          inject: [CONFIG, LOGGER],
          useFactory: (config: Config, logger: Logger) => new Database(limitsOf(config), logger),
        },
        {
          provide: DatabaseConnector,
          inject: [CONFIG, SCHEMA, Database, LOGGER],
          useFactory: (config: Config, given: Schema, database: Database, logger: Logger) =>
            new DatabaseConnector(config, given, database, logger),
        },
      ],
      exports: [Database, DatabaseConnector],
    };
  }

  onApplicationBootstrap(): void {
    this.connector.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.connector.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

function limitsOf(config: Config): DatabaseLimits {
  return { readMs: config.READ_DEADLINE_SECONDS * 1_000, writeMs: config.WRITE_DEADLINE_SECONDS * 1_000 };
}
