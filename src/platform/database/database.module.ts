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
import { Database } from './database.js';
import { DatabaseConnector } from './database-connector.js';

const SCHEMA = Symbol('SCHEMA');

/** Gives everyone the `Database` and connects it in the background. */
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
        { provide: Database, useFactory: () => new Database() },
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
