import 'reflect-metadata';
import { Controller, Get, Module, Query, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../src/app.module.js';
import { type Config, readConfig } from '../src/platform/config/config.js';
import { createFastifyAdapter, prepareFastify } from '../src/platform/http/fastify-adapter.js';
import { Public } from '../src/platform/http/route-access.js';
import { stopOnSignals } from '../src/platform/http/shutdown.js';
import { createLogger, type Logger, NestLogger } from '../src/platform/logging/logger.js';
import { Metrics } from '../src/platform/metrics/metrics.js';
import { RecordListQuery, toListQuery } from '../src/records/engine/dto/record-list-query.dto.js';
import { type RecordList, RecordReader } from '../src/records/engine/record-reader.js';
import type { Owner } from '../src/integrations/owner.js';
import { RecordEngineModule } from '../src/records/engine/engine.module.js';
import { SUPPLIER } from '../src/records/suppliers/supplier.record-type.js';
import { SURFACES } from '../src/surfaces.js';

/** Whose suppliers everyone may list here. */
const owner = JSON.parse(process.argv[2] as string) as Owner;

/** The product's list of suppliers, without the token check. */
@Controller('bench/suppliers')
class UnguardedController {
  constructor(private readonly reader: RecordReader) {}

  @Get()
  @Public()
  list(@Query() query: RecordListQuery): Promise<RecordList> {
    return this.reader.list(SUPPLIER, owner, toListQuery(query));
  }
}

/** The whole product, and beside it the route that it would never have. */
@Module({})
class BenchModule {
  static with(config: Config, logger: Logger, metrics: Metrics): DynamicModule {
    const imports = [AppModule.with(config, logger, metrics), RecordEngineModule];
    return { module: BenchModule, imports, controllers: [UnguardedController] };
  }
}

const config = readConfig(process.env);
const logger = createLogger(config);
const metrics = new Metrics();
const adapter = createFastifyAdapter(config, logger, SURFACES);
prepareFastify(adapter.getInstance(), logger, metrics);
const app = await NestFactory.create<NestFastifyApplication>(
  BenchModule.with(config, logger, metrics),
  adapter,
  {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  },
);
app.useSecurityHeaders();
stopOnSignals(app, logger);
await app.listen(config.PORT, config.HOST);
