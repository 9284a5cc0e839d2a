import type { FastifyRequest } from 'fastify';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { CommonErrors } from '../../errors/common.errors.js';
import type { BodyBounds } from './body-bounds.js';
import { readLargeJson } from './json-body.js';

const GONE = 'The caller hung up before the body was read. Nothing was done.';

/**
 * Reads large bodies one after the other. Concurrent large bodies therefore block the thread no longer than
 * one of them.
 */
export class LargeBodies {
  /** Settles when all bodies so far have been read. */
  private allRead: Promise<unknown> = Promise.resolve();

  /**
   * @throws every error of `readJson`
   * @throws SERVICE_UNAVAILABLE if the caller has disconnected; nobody receives it
   */
  read({ socket }: FastifyRequest, body: Buffer, bounds: BodyBounds): Promise<unknown> {
    const value = this.allRead.then(() => {
      if (socket.destroyed) throw CommonErrors.serviceUnavailable.error({ message: GONE });
      return readLargeJson(body, bounds);
    });
    this.allRead = value.then(
      () => othersTurn(),
      () => undefined,
    );
    return value;
  }
}
