import { Inject, Injectable } from '@nestjs/common';
import { codeOf, isDuplicate } from '../../platform/database/database-errors.js';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { LOGGER, type Logger } from '../../platform/logging/logger.js';
import { writeEvents } from '../../platform/outbox/outbox.js';
import { runEvents } from '../sync-logs/run-events.js';
import type { CheckedCall } from './upsert.engine.js';
import { type RunSummary, SyncLogs } from '../sync-logs/sync-logs.js';

/** Logs bulk calls that failed as a whole, after their transaction was rolled back. */
@Injectable()
export class FailedRuns {
  constructor(
    private readonly database: Database,
    private readonly logs: SyncLogs,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Writes the sync log and the event of a failed call. Never throws: the caller gets the original error, and
   * while the database is away there is no log.
   * The log has the id that the call's own log would have. If the call was committed after all, only one of
   * the two logs can exist.
   */
  async log(call: CheckedCall, error: unknown): Promise<void> {
    if (error instanceof AppError && error.kind.status < 500) return;
    const run: RunSummary = {
      id: call.runId,
      entityType: call.type.entityType,
      action: 'FULL_SYNC',
      failure: `Server error: none of the ${call.rows.length} rows was saved. Send the call again.`,
      startedAt: call.startedAt,
    };
    await this.database
      .transaction(async (tx) => {
        await this.logs.write(tx, call.owner, run);
        await writeEvents(tx, call.owner, runEvents(run));
      })
      .catch((cause: unknown) => {
        if (!isDuplicate(cause))
          this.logger.warn({ code: codeOf(cause) }, 'sync log of failed run not written');
      });
  }
}
