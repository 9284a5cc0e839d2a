import type { NewEvent } from '../../platform/outbox/outbox.js';
import type { RunSummary } from './sync-logs.js';

/** Returns the event of a bulk call. Writes of single records have no such event. */
export function runEvents(run: RunSummary): NewEvent[] {
  if (run.action !== 'FULL_SYNC') return [];
  const { entityType, created = 0, updated = 0, errors = [], failure } = run;
  const failed = failure !== undefined || (errors.length > 0 && created + updated === 0);
  const data = { entityType, created, updated, errors: errors.length };
  return [{ type: failed ? 'sync.failed' : 'sync.completed', data }];
}
