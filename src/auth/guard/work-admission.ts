import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.js';
import { ENGINE } from '../../platform/config/engine.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { FairShare, type Release, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { partyOf } from './party.js';

/** The embedded engine has one writer: more writes at once would only wait for each other. */
const EMBEDDED_WRITES = 2;
/** It answers a read within the turn in which it is asked, so that `MAX_TURN_MS` shares them out. */
const EMBEDDED_READS = 64;
/** Reads are short: a company alone may keep all connections busy with them, and with writes half. */
const READS_PER_CONNECTION = 2;
/** Of long requests each company has one at a time, and all together leave connections to the others. */
const MAX_LONG_REQUESTS = 3;
/** Those who sign in, accept invitations or report leaks, by address, keep no company waiting. */
const MAX_STRANGERS = 8;
/** Work that keeps the thread lets the process hear others this often. */
const MAX_TURN_MS = 5;
const MAX_WAITING_PER_PARTY = 500;
const MAX_WAITING = 2_000;
/** A request that waits longer gets a 503 with `Retry-After`. */
const MAX_WAIT_MS = 10_000;
const RETRY_AFTER = { headers: { 'Retry-After': '2' } };
const READS = new Set(['GET', 'HEAD']);

/** What a request holds from its admission on. */
interface WorkPlace {
  release: Release;
  isWorking: boolean;
  isClosed: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    workPlace?: WorkPlace;
  }
}

/**
 * Shares the database's connections out among companies: a request begins its work when its company's share allows it.
 * It takes its place when its body has come, and gives it back when its response has gone and its handler has ended: a
 * caller who hangs up ends no work that has begun. Without it, the writes of one company that wait for the same rows would
 * hold every connection.
 */
@Injectable()
export class WorkAdmission {
  private readonly reads: FairShare;
  private readonly writes: FairShare;
  private readonly long: FairShare;
  private readonly strangers: FairShare;
  private connections = 0;

  constructor(@Inject(CONFIG) { DATABASE_POOL_SIZE }: Pick<Config, 'DATABASE_POOL_SIZE'>) {
    const [reads, writes] =
      ENGINE === 'embedded'
        ? [EMBEDDED_READS, EMBEDDED_WRITES]
        : [READS_PER_CONNECTION * DATABASE_POOL_SIZE, DATABASE_POOL_SIZE];
    const rules = {
      maxTurnMs: MAX_TURN_MS,
      heard: () => this.connections,
      maxWaitingPerParty: MAX_WAITING_PER_PARTY,
      maxWaiting: MAX_WAITING,
    };
    this.reads = new FairShare({ capacity: reads, ...rules });
    this.writes = new FairShare({ capacity: writes, ...rules });
    this.long = new FairShare({ capacity: MAX_LONG_REQUESTS, perParty: 1, ...rules });
    this.strangers = new FairShare({ capacity: MAX_STRANGERS, ...rules });
  }

  /**
   * Resolves when the request may begin; a request whose caller has gone is ended.
   * @throws RATE_LIMIT_EXCEEDED where too many requests of the party wait; SERVICE_UNAVAILABLE where those of all together
   * do, or this one has waited too long.
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const share = this.shareOf(request);
    if (!share) return;
    const party = partyOf(request);
    const release = share.tryTake(party) ?? (await waitFor(share, party, reply));
    const place: WorkPlace = { release, isWorking: false, isClosed: reply.raw.closed };
    request.workPlace = place;
    reply.raw.once('close', () => {
      place.isClosed = true;
      if (!place.isWorking) release();
    });
    if (!place.isClosed) return;
    release();
    throw busy();
  }

  /** Lets a route's handler keep the place of its request until it has ended. */
  holdWhileWorking(route: RouteOptions): void {
    const { handler } = route;
    route.handler = function (request, reply): unknown {
      const place = request.workPlace;
      return place
        ? workIn(place, () => handler.call(this, request, reply))
        : handler.call(this, request, reply);
    };
  }

  /** To be told of each connection that a caller opens. A turn of the event loop opens one, and the next may open another. */
  noteConnection(): void {
    this.connections += 1;
  }

  /** None for the few reads that anyone may make: they ask little of the database. */
  private shareOf({ method, routeOptions, principal }: FastifyRequest): FairShare | undefined {
    const { access, holdsNoConnection, isLongRunning } = routeOptions.config;
    const isRead = READS.has(method);
    if (!access || holdsNoConnection) return undefined;
    if (!principal) return isRead ? undefined : this.strangers;
    if (isLongRunning) return this.long;
    return isRead ? this.reads : this.writes;
  }
}

async function workIn(place: WorkPlace, work: () => unknown): Promise<unknown> {
  if (place.isClosed) throw busy();
  place.isWorking = true;
  try {
    return await work();
  } finally {
    place.isWorking = false;
    if (place.isClosed) place.release();
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
    throw error instanceof ShareExceeded && error.of === 'party' ? tooMany() : busy();
  } finally {
    clearTimeout(timer);
    reply.raw.off('close', stop);
  }
}

function tooMany(): Error {
  const message =
    'Too many requests from this company at the same time. Nothing was done. Send fewer in parallel.';
  return AuthErrors.rateLimitExceeded.error({ message, ...RETRY_AFTER });
}

function busy(): Error {
  const message =
    'Too many requests at the same time. Nothing was done. Retry after the time in Retry-After.';
  return CommonErrors.serviceUnavailable.error({ message, ...RETRY_AFTER });
}
