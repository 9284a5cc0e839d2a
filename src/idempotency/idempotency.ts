import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Database, type Tx } from '../platform/database/database.js';
import { AppError } from '../platform/errors/app-error.js';
import { unavailable } from '../platform/errors/common.errors.js';
import { SafeStore } from '../platform/safe-store/safe-store.js';
import { type Claim, IdempotencyClaims, type KeptAnswer } from './idempotency-claims.js';
import { ClaimReleases } from './claim-releases.js';
import { type CallIdentity, identityOf, type IdempotentRequest } from './idempotent-request.js';

const PURPOSE = 'idempotency';

/**
 * Runs a POST at most once per `Idempotency-Key`.
 * It stores the first successful response for 24 hours per credential, and repeats it for the same key. A
 * failed call leaves its key free.
 * Work and response commit in one transaction, so a process that dies leaves both or neither.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly claims: IdempotencyClaims,
    private readonly releases: ClaimReleases,
    private readonly safe: SafeStore,
  ) {}

  /**
   * Runs `work` in a transaction and returns its result, which must be plain JSON.
   * If the same call has already succeeded with this key, it returns that response, with the header
   * `Idempotency-Replayed: true`.
   * @param isKept whether to store a response; if not, the key is free again
   * @throws IDEMPOTENCY_IN_PROGRESS
   * @throws IDEMPOTENCY_KEY_REUSED
   * @throws VALIDATION_ERROR for a malformed key
   * @throws every error of `work`
   */
  async run<Answer extends object>(
    call: IdempotentRequest,
    work: (tx: Tx) => Promise<Answer>,
    isKept: (answer: Answer) => boolean = () => true,
  ): Promise<Answer> {
    const identity = identityOf(call);
    if (!identity) return this.database.transaction(work);
    const owner = randomUUID();
    const claim = await this.take(identity, owner);
    if ('kept' in claim) return this.replay<Answer>(call, identity, claim.kept);
    const renewal = setInterval(() => {
      this.claims.renew(identity, owner).catch(() => undefined);
    }, this.claims.leaseMs / 3);
    try {
      return await this.carryOut(call, identity, owner, work, isKept);
    } catch (error) {
      await this.releases.add(identity, owner, isDatabaseAway(error));
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  /**
   * If the database's response to the claim is lost, the claim may exist although the call has done nothing.
   */
  private async take(identity: CallIdentity, owner: string): Promise<Claim> {
    try {
      return await this.claims.take(identity, owner);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      await this.releases.add(identity, owner, true);
      throw unavailable((error as Error).cause);
    }
  }

  private carryOut<Answer extends object>(
    { reply }: IdempotentRequest,
    identity: CallIdentity,
    owner: string,
    work: (tx: Tx) => Promise<Answer>,
    isKept: (answer: Answer) => boolean,
  ): Promise<Answer> {
    return this.database.transaction(async (tx) => {
      const answer = await work(tx);
      if (isKept(answer)) {
        const sealed = await this.safe.seal(tx, identity.companyId, PURPOSE, JSON.stringify(answer));
        await this.claims.complete(tx, identity, owner, { status: reply.statusCode, sealed });
      } else await this.claims.drop(tx, identity, owner);
      return answer;
    });
  }

  private async replay<Answer>(
    { reply }: IdempotentRequest,
    { companyId }: CallIdentity,
    { status, sealed }: KeptAnswer,
  ): Promise<Answer> {
    const answer = await this.safe.open(this.database, companyId, PURPOSE, sealed);
    void reply.code(status).header('Idempotency-Replayed', 'true');
    return JSON.parse(answer) as Answer;
  }
}

function isDatabaseAway(error: unknown): boolean {
  return error instanceof AppError && error.kind.status === 503;
}
