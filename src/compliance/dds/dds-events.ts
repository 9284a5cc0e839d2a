import type { NewEvent } from '../../platform/outbox/outbox.js';
import type { DdsStatus } from './dds.entity.js';

/** That a batch's Due Diligence Statement stands elsewhere than before; one that was made stood nowhere. */
export function statusChanged(
  { batchExternalId, ddsNumber }: { batchExternalId: string; ddsNumber: string },
  previousStatus: DdsStatus | null,
  newStatus: DdsStatus,
): NewEvent {
  return { type: 'dds.status_changed', data: { batchExternalId, ddsNumber, previousStatus, newStatus } };
}
