import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Background } from '../../platform/background/background.js';
import { daysAgo, sweep } from '../../platform/background/sweep.js';
import type { Config } from '../../platform/config/config.js';
import { CONFIG } from '../../platform/config/config.module.js';
import { RecordTypesModule } from '../record-types/record-types.module.js';
import { ChangeFeed } from './change-feed.js';
import { ChangesController } from './changes.controller.js';

/** The change feed. It keeps changes for `EVENTS_KEPT_DAYS`. */
@Module({ imports: [RecordTypesModule], controllers: [ChangesController], providers: [ChangeFeed] })
export class ChangesModule implements OnModuleInit {
  constructor(
    private readonly background: Background,
    private readonly feed: ChangeFeed,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const { EVENTS_KEPT_DAYS } = this.config;
    this.background.add(sweep('change feed', () => this.feed.sweep(daysAgo(EVENTS_KEPT_DAYS))));
  }
}
