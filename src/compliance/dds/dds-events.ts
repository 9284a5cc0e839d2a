import type { NewEvent } from '../../platform/outbox/outbox.js';
import type { DdsStatus } from './dds.entity.js';

/** Returns the event for a change of a statement's status. A new statement has no previous status. */
export function statusChanged(
  { batchExternalId, ddsNumber }: { batchExternalId: string; ddsNumber: string },
  previousStatus: DdsStatus | null,
  newStatus: DdsStatus,
): NewEvent {
  return { type: 'dds.status_changed', data: { batchExternalId, ddsNumber, previousStatus, newStatus } };
}
