import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Tx } from '../../platform/database/database.js';
import { toSqlInstant } from '../../platform/database/instant.js';
import { MasterKeyMacs } from '../../platform/safe-store/master-key-macs.js';
import { newSecret, secretOf } from '../../auth/credentials/secret-token.js';
import { hashToken } from '../../auth/credentials/token-format.js';
import { RefreshToken } from './session.entity.js';

/** So long the refresh token before still works: two tabs refresh at once, and answers are lost. */
const GRACE_MS = 10_000;

/** A refresh token that someone shows, and the next one; none where it came too late. */
export interface ShownRefreshToken {
  token: RefreshToken;
  successor?: string;
  /** Whether it is the first that is shown, so that its successor is to be kept. */
  isFirst: boolean;
}

/**
 * The refresh tokens of sessions. The successor of one is an HMAC of it under a key of the product's, so that it can be
 * given a second time though no token is stored, and nobody can tell it from the token before.
 */
@Injectable()
export class RefreshTokens {
  constructor(private readonly macs: MasterKeyMacs) {}

  /** The first one of a session. */
  fresh(): string {
    return newSecret('ref');
  }

  /** Keeps a new one. @param accessHash of the access token that is given with it. */
  async keep(tx: Tx, raw: string, sessionId: string, accessHash: string): Promise<void> {
    const kept = { hash: hashToken(raw), sessionId, accessHash, createdAt: new Date(), usedAt: null };
    await tx.manager.insert(RefreshToken, kept);
  }

  /**
   * Uses one up. The conditional update decides who is first: of any number at once, one finds the token unused. All
   * others within 10 seconds are given the same successor, unless that has been used as well.
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

/** The one that was given, under whichever pepper, and has not been used. */
async function unusedOf(tx: Tx, raws: readonly string[]): Promise<string | undefined> {
  const kept = await tx.manager.findOneBy(RefreshToken, { hash: In(raws.map(hashToken)), usedAt: IsNull() });
  return kept ? raws.find((raw) => hashToken(raw) === kept.hash) : undefined;
}
