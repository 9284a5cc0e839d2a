import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { FairShare, type Release, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { partyOf } from './party.js';

/** Reads are short: more of them than there are connections may be under way. */
const READS_PER_CONNECTION = 4;
/** Long requests leave connections to the others. */
const CONNECTIONS_PER_LONG_REQUEST = 3;
const MAX_WAITING_PER_PARTY = 500;
const MAX_WAITING = 2_000;
/** Whoever waits longer is told to come again. */
const MAX_WAIT_MS = 10_000;
const RETRY_AFTER = { headers: { 'Retry-After': '2' } };
const READS = new Set(['GET', 'HEAD']);

/**
 * Shares the database's connections out among companies: a request begins its work when its company's share allows it.
 * It takes its place when its body has come, and gives it back when its response has gone. Without it, the writes of one
 * company that wait for the same rows would hold every connection.
 */
@Injectable()
export class WorkAdmission {
  private readonly reads: FairShare;
  private readonly writes: FairShare;
  private readonly long: FairShare;

  constructor(@Inject(CONFIG) { DATABASE_POOL_SIZE }: Pick<Config, 'DATABASE_POOL_SIZE'>) {
    const waiting = { maxWaitingPerParty: MAX_WAITING_PER_PARTY, maxWaiting: MAX_WAITING };
    this.reads = new FairShare({ capacity: READS_PER_CONNECTION * DATABASE_POOL_SIZE, ...waiting });
    this.writes = new FairShare({ capacity: DATABASE_POOL_SIZE, ...waiting });
    const capacity = Math.ceil(DATABASE_POOL_SIZE / CONNECTIONS_PER_LONG_REQUEST);
    this.long = new FairShare({ capacity, perParty: 1, ...waiting });
  }

  /**
   * Resolves when the request may begin; also when its caller has gone, for then nothing is answered any more.
   * @throws RATE_LIMIT_EXCEEDED where too many requests of the party wait, or one has waited too long;
   * SERVICE_UNAVAILABLE where those of all together do.
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const share = this.shareOf(request);
    if (!share) return;
    const party = partyOf(request);
    const release = share.tryTake(party) ?? (await waitFor(share, party, reply));
    if (reply.raw.closed) release();
    else reply.raw.once('close', release);
  }

  /** None for the few reads that anyone may make: they ask little of the database. */
  private shareOf({ method, routeOptions, principal }: FastifyRequest): FairShare | undefined {
    const { access, isLongRunning } = routeOptions.config;
    if (!access) return undefined;
    if (isLongRunning) return this.long;
    if (!READS.has(method)) return this.writes;
    return principal ? this.reads : undefined;
  }
}

async function waitFor(share: FairShare, party: string, reply: FastifyReply): Promise<Release> {
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  const timer = setTimeout(stop, MAX_WAIT_MS);
  reply.raw.once('close', stop);
  try {
    return await share.acquire(party, waiting.signal);
  } catch (error) {
    throw error instanceof ShareExceeded && error.of === 'all' ? busy() : tooMany();
  } finally {
    clearTimeout(timer);
    reply.raw.off('close', stop);
  }
}

function tooMany(): Error {
  const message = 'Too many requests of this company are under way. Nothing was done; send fewer at once.';
  return AuthErrors.rateLimitExceeded.error({ message, ...RETRY_AFTER });
}

function busy(): Error {
  const message = 'Too many requests are under way. Nothing was done; try again shortly.';
  return CommonErrors.serviceUnavailable.error({ message, ...RETRY_AFTER });
}
