import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CommonErrors } from '../../platform/errors/common.errors.js';
import { FairShare, ShareExceeded } from '../../platform/fairness/fair-share.js';
import { boundsOf } from '../../platform/http/body/body-parsers.js';
import { SMALL_BODY } from '../../platform/http/body/body-bounds.js';
import { AuthErrors } from '../principal/auth.errors.js';

const MEGABYTE = 1024 * 1024;
/**
 * Total bytes of large bodies that one process holds, from the first byte of a body to the end of its
 * response.
 */
const MAX_BYTES = 64 * MEGABYTE;
const RETRY_AFTER = { headers: { 'Retry-After': '2' } };

/**
 * Admits large bodies before Fastify reads them, as far as memory allows.
 * One company may hold half of `MAX_BYTES`, and less while others hold some. Bodies within `SMALL_BODY`
 * always pass. A body of unknown length counts as the largest that its route reads.
 */
@Injectable()
export class BodyAdmission {
  private readonly shares = new FairShare({ capacity: MAX_BYTES });

  /**
   * @param party the company, or the IP address of an anonymous caller
   * @throws RATE_LIMIT_EXCEEDED if the party holds its whole share
   * @throws SERVICE_UNAVAILABLE if all parties together hold `MAX_BYTES`
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

/** Returns the bytes that a body may take; 0 if there is none, or if the route refuses its length anyway. */
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
    'Too many large requests at the same time. Nothing was saved. Wait the number of seconds in the Retry-After header, then retry.';
  return CommonErrors.serviceUnavailable.error({ message, ...RETRY_AFTER });
}
