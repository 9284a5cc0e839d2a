import { Injectable } from '@nestjs/common';
import { daysAgo, deleteOldest } from '../../platform/background/sweep.js';
import { Database } from '../../platform/database/database.js';
import { placeholders } from '../../platform/database/dialect.js';
import { leastIdAt } from '../../platform/ids/ids.js';
import { SESSION_ID_PREFIX } from './session.entity.js';

/** A session lives at most 30 days, an invitation 7. They are kept this long to investigate incidents. */
const KEPT_DAYS = 60;
const ROWS_PER_STEP = 500;

/** Deletes sessions with their refresh tokens, and invitations, 60 days after their creation. */
@Injectable()
export class SessionSweep {
  constructor(private readonly database: Database) {}

  /** @returns the number of rows that the step deleted */
  async step(): Promise<number> {
    const before = daysAgo(KEPT_DAYS);
    const refreshTokens = await this.forgetRefreshTokens(leastIdAt(SESSION_ID_PREFIX, before));
    if (refreshTokens > 0) return refreshTokens;
    const sessions = await deleteOldest(this.database, 'sessions', leastIdAt(SESSION_ID_PREFIX, before));
    return sessions + (await deleteOldest(this.database, 'invitations', leastIdAt('inv', before)));
  }

  private async forgetRefreshTokens(below: string): Promise<number> {
    const rows = await this.database.select<{ hash: string }>(
      `SELECT hash FROM refresh_tokens WHERE session_id < ? ORDER BY session_id LIMIT ${ROWS_PER_STEP}`,
      [below],
    );
    if (rows.length === 0) return 0;
    const hashes = rows.map(({ hash }) => hash);
    return this.database.write(
      `DELETE FROM refresh_tokens WHERE hash IN (${placeholders(hashes.length)})`,
      hashes,
    );
  }
}
