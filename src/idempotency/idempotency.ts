import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import { LOGGER, type Logger } from '../platform/logging/logger.js';
import { SafeStore } from '../platform/safe-store/safe-store.js';
import { type Claim, IdempotencyClaims, type KeptAnswer } from './idempotency-claims.js';
import { type CallIdentity, identityOf, type KeyedCall } from './keyed-call.js';

const PURPOSE = 'idempotency';

/**
 * Carries out a POST at most once per `Idempotency-Key`. The first successful answer is kept for 24 hours per
 * credential and given again; a call that failed leaves its key free. The work and the answer commit in one
 * transaction, so a process killed at any point leaves neither, or both.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly claims: IdempotencyClaims,
    private readonly safe: SafeStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Runs `work` in a transaction and answers what it returns, which must be plain JSON; with a key that was used
   * for the same call before, answers what that one did, with `Idempotency-Replayed: true`.
   * @throws IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, VALIDATION_ERROR, or what `work` throws.
   */
  async run<Answer extends object>(call: KeyedCall, work: (tx: Tx) => Promise<Answer>): Promise<Answer> {
    const identity = identityOf(call);
    if (!identity) return this.database.transaction(work);
    const claim = await this.claims.take(identity);
    return 'kept' in claim
      ? this.replay<Answer>(call, identity, claim.kept)
      : this.carryOut(call, identity, claim, work);
  }

  private async carryOut<Answer extends object>(
    { reply }: KeyedCall,
    identity: CallIdentity,
    { owner }: Exclude<Claim, { kept: KeptAnswer }>,
    work: (tx: Tx) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await this.database.transaction(async (tx) => {
        const answer = await work(tx);
        const sealed = await this.safe.seal(tx, identity.companyId, PURPOSE, JSON.stringify(answer));
        await this.claims.complete(tx, identity, owner, { status: reply.statusCode, sealed });
        return answer;
      });
    } catch (error) {
      await this.claims
        .release(identity, owner)
        .catch((cause: unknown) =>
          this.logger.warn({ err: cause }, 'idempotency key freed only by its lease'),
        );
      throw error;
    }
  }

  private async replay<Answer>(
    { reply }: KeyedCall,
    { companyId }: CallIdentity,
    { status, sealed }: KeptAnswer,
  ): Promise<Answer> {
    const answer = await this.safe.open(this.database, companyId, PURPOSE, sealed);
    void reply.code(status).header('Idempotency-Replayed', 'true');
    return JSON.parse(answer) as Answer;
  }
}
