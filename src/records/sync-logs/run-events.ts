import type { NewEvent } from '../../platform/outbox/outbox.js';
import type { RunSummary } from './sync-logs.js';

/** How a bulk call went, as one event; a write of a single record is no sync run to those who subscribe. */
export function runEvents(run: RunSummary): NewEvent[] {
  if (run.action !== 'FULL_SYNC') return [];
  const { entityType, created = 0, updated = 0, errors = [], failure } = run;
  const failed = failure !== undefined || (errors.length > 0 && created + updated === 0);
  const data = { entityType, created, updated, errors: errors.length };
  return [{ type: failed ? 'sync.failed' : 'sync.completed', data }];
}
