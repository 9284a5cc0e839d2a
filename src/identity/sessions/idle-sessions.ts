import { Injectable } from '@nestjs/common';
import { daysAgo } from '../../platform/background/sweep.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { bySystem } from '../../audit/audit-context.js';
import { endSessions, SessionEnding } from './session-ending.js';
import { RefreshToken, Session } from './session.entity.js';

/** A session ends if its refresh token is not used for this long. */
const MAX_IDLE_DAYS = 7;
const SESSIONS_PER_STEP = 100;

/** Whether a refresh token that was issued at this time is too old. */
export function isIdleSince(moment: Date): boolean {
  return moment < daysAgo(MAX_IDLE_DAYS);
}

/** Ends sessions whose refresh token was not used for seven days. */
@Injectable()
export class IdleSessions {
  constructor(
    private readonly database: Database,
    private readonly ending: SessionEnding,
  ) {}

  /** @returns the number of sessions that the step checked */
  async step(): Promise<number> {
    const rows = await this.database.select<{ id: string }>(
      `SELECT id FROM sessions WHERE ended_at IS NULL AND (refreshed_at IS NULL OR refreshed_at < ?)
       LIMIT ${SESSIONS_PER_STEP}`,
      [toSqlInstant(daysAgo(MAX_IDLE_DAYS))],
    );
    for (const { id } of rows) await this.database.transaction((tx) => this.judge(tx, id));
    return rows.length;
  }

  /**
   * Checks one session. If the release before created or refreshed it, its time of last refresh is missing;
   * the latest refresh token then has the time.
   */
  private async judge(tx: Tx, id: string): Promise<void> {
    const session = await tx.manager.findOneByOrFail(Session, { id });
    if (session.expiresAt.getTime() <= Date.now()) {
      await endSessions(tx, { id }, 'EXPIRED');
      return;
    }
    const [last] = await tx.manager.find(RefreshToken, {
      where: { sessionId: id },
      order: { createdAt: 'DESC' },
      take: 1,
    });
    const refreshedAt = last?.createdAt ?? session.createdAt;
    if (isIdleSince(refreshedAt)) await this.ending.end(tx, session, 'IDLE', bySystem('sessions', null));
    else await tx.manager.update(Session, { id }, { refreshedAt });
  }
}
