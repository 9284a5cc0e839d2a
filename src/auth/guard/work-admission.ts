import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.js';
import { ENGINE } from '../../platform/config/engine.js';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { FairShare, type Release, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { AuthErrors } from '../principal/auth.errors.js';
import { fairShareKeyOf } from './fair-share-key.js';

/** The embedded engine has one writer, so more concurrent writes would only wait for each other. */
const EMBEDDED_WRITES = 2;
/**
 * The embedded engine answers a read in the same turn of the event loop. `MAX_TURN_MS` therefore shares the
 * reads.
 */
const EMBEDDED_READS = 64;
/** Reads are short. One company alone may use all connections for reads, and half of them for writes. */
const READS_PER_CONNECTION = 2;
/**
 * All long requests together. Each company may run only one at a time, and some connections stay free for
 * other requests.
 */
const MAX_LONG_REQUESTS = 3;
/** Anonymous requests, such as sign-ins, counted by IP address. They keep no company waiting. */
const MAX_ANONYMOUS = 8;
/** Work that blocks the thread lets the process accept other requests after this time. */
const MAX_TURN_MS = 5;
const MAX_WAITING_PER_PARTY = 500;
const MAX_WAITING = 2_000;
/** A request that waits longer than this gets a 503 with `Retry-After`. */
const MAX_WAIT_MS = 10_000;
const RETRY_AFTER = { headers: { 'Retry-After': '2' } };
const READS = new Set(['GET', 'HEAD']);

/** The place that a request holds after its admission. */
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
 * Shares the database connections between companies. Without it, the writes of one company that wait for the
 * same rows would hold every connection.
 * A request takes a place when its body has arrived and its company's share has room. It gives the place back
 * when the response has been sent and the handler has ended. If the caller disconnects, work that has begun
 * still runs to its end.
 */
@Injectable()
export class WorkAdmission {
  private readonly reads: FairShare;
  private readonly writes: FairShare;
  private readonly long: FairShare;
  private readonly anonymous: FairShare;
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
    this.anonymous = new FairShare({ capacity: MAX_ANONYMOUS, ...rules });
  }

  /**
   * Waits until the request may begin.
   * @throws RATE_LIMIT_EXCEEDED if too many requests of the party wait
   * @throws SERVICE_UNAVAILABLE if too many requests wait in total, if this one has waited too long, or if
   * the caller has disconnected
   */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const share = this.shareOf(request);
    if (!share) return;
    const party = fairShareKeyOf(request);
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

  /** Wraps a route's handler, so that a request keeps its place until the handler has ended. */
  holdWhileWorking(route: RouteOptions): void {
    const { handler } = route;
    route.handler = function (request, reply): unknown {
      const place = request.workPlace;
      return place
        ? workIn(place, () => handler.call(this, request, reply))
        : handler.call(this, request, reply);
    };
  }

  /**
   * Counts each new connection. One turn of the event loop accepts one connection, and the next turn may
   * accept another.
   */
  noteConnection(): void {
    this.connections += 1;
  }

  /**
   * Returns the share that the request belongs to. Anonymous reads have none, because they ask little of the
   * database.
   */
  private shareOf({ method, routeOptions, principal }: FastifyRequest): FairShare | undefined {
    const { access, holdsNoConnection, isLongRunning } = routeOptions.config;
    const isRead = READS.has(method);
    if (!access || holdsNoConnection) return undefined;
    if (!principal) return isRead ? undefined : this.anonymous;
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
    'Too many requests at the same time. Nothing was done. Wait the number of seconds in the Retry-After header, then retry.';
  return CommonErrors.serviceUnavailable.error({ message, ...RETRY_AFTER });
}
