import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull } from 'typeorm';
import type { AuditContext } from '../../audit/audit-context.js';
import { AuditLog } from '../../audit/audit-log.js';
import { actsOf, keyOf, noActs } from '../../audit/credential-acts.js';
import type { Tx } from '../../platform/database/database.js';
import { companiesOf } from '../users/token-companies.js';
import { User } from '../users/user.entity.js';
import { type EndedReason, Session } from './session.entity.js';

/**
 * Ends the matching sessions. Their tokens stop working when the caller bumps the `RevocationEpoch`.
 * @returns the number of sessions that were still active
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

/** Ends single sessions and records the reason. */
@Injectable()
export class SessionEnding {
  constructor(private readonly audit: AuditLog) {}

  /**
   * Ends a session. The caller bumps the `RevocationEpoch` afterwards.
   * @returns false if the session had already ended
   */
  async end(tx: Tx, session: Session, reason: EndedReason, by: AuditContext, details = {}): Promise<boolean> {
    if ((await endSessions(tx, { id: session.id }, reason)) === 0) return false;
    const { email } = await tx.manager.findOneByOrFail(User, { id: session.userId });
    const target = { kind: 'session', id: session.id, name: email };
    const isOver = reason === 'SIGNED_OUT';
    // A session acts in all companies of its owner. The log of each must show what a thief may have done
    // there.
    const companies = isOver ? [] : await companiesOf(tx, session.userId);
    for (const companyId of new Set([session.companyId, ...companies])) {
      const acting = { credentialId: session.id, companyId };
      const acts = (await actsOf(tx, [acting])).get(keyOf(acting)) ?? noActs();
      const action = isOver ? 'session.signed_out' : 'session.ended';
      const told = isOver ? { acts } : { reason, ...details, acts };
      await this.audit.record(tx, { ...by, companyId, action, target, details: told });
    }
    return true;
  }
}
