import type { FastifyRequest } from 'fastify';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { CommonErrors } from '../../errors/common.errors.js';
import type { BodyBounds } from './body-bounds.js';
import { readLargeJson } from './json-body.js';

const GONE = 'The caller hung up before the body was read. Nothing was done.';

/** Reads large bodies one after the other, so that those which come at once keep the thread for no longer than one. */
export class LargeBodies {
  /** Settles when all that came so far have been read. */
  private allRead: Promise<unknown> = Promise.resolve();

  /** @throws what `readJson` throws; SERVICE_UNAVAILABLE where the caller has gone, who hears nothing of it. */
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
