import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { FairShare, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { boundsOf } from '../../platform/http/body/body-parsers.js';
import { SMALL_BODY } from '../../platform/http/body/body-bounds.js';
import { AuthErrors } from '../principal/auth.errors.js';

const MEGABYTE = 1024 * 1024;
/** Of all large bodies that a process holds at once, from their first byte to the end of their response. */
const MAX_BYTES = 64 * MEGABYTE;
const RETRY_AFTER = { headers: { 'Retry-After': '2' } };

/**
 * Lets large bodies in, before they are read, as far as memory goes: one company may hold half of `MAX_BYTES`, and
 * less while others hold some. Bodies within `SMALL_BODY` pass; a body that does not say how long it is counts as the
 * largest that its route reads.
 */
@Injectable()
export class BodyAdmission {
  private readonly shares = new FairShare({ capacity: MAX_BYTES });

  /**
   * @param party who sends it: the company, or the address where nobody is signed in.
   * @throws RATE_LIMIT_EXCEEDED where the party holds its share; SERVICE_UNAVAILABLE where all do together.
   */
  admit(request: FastifyRequest, reply: FastifyReply, party: string): void {
    const bytes = bytesOf(request);
    if (bytes <= SMALL_BODY.bytes) return;
    try {
      reply.raw.once('close', this.shares.take(party, bytes));
    } catch (error) {
      throw error instanceof ShareExceeded ? refusal(error) : error;
    }
  }
}

/** How much memory a body may take; nothing where it is refused for its length, or there is none. */
function bytesOf(request: FastifyRequest): number {
  const { 'content-length': announced, 'transfer-encoding': encoding } = request.headers;
  const { bytes } = boundsOf(request);
  if (announced === undefined) return encoding === undefined ? 0 : bytes;
  return Number(announced) > bytes ? 0 : Number(announced);
}

function refusal({ of }: ShareExceeded): Error {
  if (of === 'party') {
    const message = 'Too many large requests from this company at the same time. Send fewer in parallel.';
    return AuthErrors.rateLimitExceeded.error({ message, ...RETRY_AFTER });
  }
  const message =
    'Too many large requests at the same time. Nothing was saved. Retry after the time in Retry-After.';
  return CommonErrors.serviceUnavailable.error({ message, ...RETRY_AFTER });
}
