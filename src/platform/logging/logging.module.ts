import { type DynamicModule, Module } from '@nestjs/common';
import { LOGGER, type Logger } from './logger.js';

/** Provides the process's logger as `LOGGER`. */
@Module({})
export class LoggingModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: LoggingModule,
      global: true,
      providers: [{ provide: LOGGER, useValue: logger }],
      exports: [LOGGER],
    };
  }
}
