import { type FindOptionsWhere, IsNull } from 'typeorm';
import type { Tx } from '../../platform/database/database.js';
import { type EndedReason, Session } from './session.entity.js';

/**
 * Ends the sessions that match and have not ended; their tokens are dead with them, wherever the caller raises the
 * `AccessEpoch` afterwards. @returns how many.
 */
export async function endSessions(
  tx: Tx,
  which: FindOptionsWhere<Session>,
  endedReason: EndedReason,
): Promise<number> {
  const { affected } = await tx.manager.update(
    Session,
    { ...which, endedAt: IsNull() },
    { endedAt: new Date(), endedReason },
  );
  return affected ?? 0;
}
