import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { MasterKeyMacs } from '../../platform/safe-store/master-key-macs.js';
import { newSecret, secretOf } from '../../auth/credentials/secret-token.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { RefreshToken } from './session.entity.js';

/**
 * The previous refresh token still works this long, because two tabs may refresh at once and responses may be
 * lost.
 */
const GRACE_MS = 10_000;

/** A refresh token that was sent, and its successor; undefined if it was sent too late. */
export interface ShownRefreshToken {
  token: RefreshToken;
  successor?: string;
  /** Whether this is the first use, so the successor must be stored. */
  isFirst: boolean;
}

/**
 * The refresh tokens of sessions.
 * The successor of a token is an HMAC of it with a key of the product. So the product can send the same
 * successor twice without storing it, and nobody can compute it from the old token.
 */
@Injectable()
export class RefreshTokens {
  constructor(private readonly macs: MasterKeyMacs) {}

  /** Returns the first refresh token of a session. */
  fresh(): string {
    return newSecret('ref');
  }

  /**
   * Stores a new refresh token.
   * @param accessHash hash of the access token that is issued with it
   */
  async keep(tx: Tx, raw: string, sessionId: string, accessHash: string): Promise<void> {
    const kept = { hash: hashToken(raw), sessionId, accessHash, createdAt: new Date(), usedAt: null };
    await tx.manager.insert(RefreshToken, kept);
  }

  /**
   * Marks a refresh token as used.
   * The conditional UPDATE decides: only one of many concurrent calls finds the token unused. The others get
   * the same successor within 10 seconds, unless the successor has been used too.
   */
  async use(tx: Tx, raw: string): Promise<ShownRefreshToken | undefined> {
    const hash = hashToken(raw);
    const first = await tx.write('UPDATE refresh_tokens SET used_at = ? WHERE hash = ? AND used_at IS NULL', [
      toSqlInstant(new Date()),
      hash,
    ]);
    const token = await tx.manager.findOneBy(RefreshToken, { hash });
    if (!token) return undefined;
    const successors = (await this.macs.of('refresh-tokens v1', raw)).map((mac) => secretOf('ref', mac));
    const [successor] = successors;
    if (first > 0) return { token, isFirst: true, ...(successor !== undefined && { successor }) };
    const again = isRecent(token) ? await unusedOf(tx, successors) : undefined;
    return { token, isFirst: false, ...(again !== undefined && { successor: again }) };
  }
}

function isRecent({ usedAt }: RefreshToken): boolean {
  return usedAt !== null && usedAt.getTime() > Date.now() - GRACE_MS;
}

/** Returns the stored successor, under any configured master key, if it was not used. */
async function unusedOf(tx: Tx, raws: readonly string[]): Promise<string | undefined> {
  const kept = await tx.manager.findOneBy(RefreshToken, { hash: In(raws.map(hashToken)), usedAt: IsNull() });
  return kept ? raws.find((raw) => hashToken(raw) === kept.hash) : undefined;
}
