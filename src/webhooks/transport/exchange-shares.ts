import { Injectable } from '@nestjs/common';
import { FairShare } from '../../platform/fairness/fair-share.js';

const MAX_EXCHANGES = 400;

/** Shares the concurrent requests to endpoints between integrations. */
@Injectable()
export class ExchangeShares extends FairShare {
  constructor() {
    // The wait needs no limit: each waiter already holds a slot of an endpoint or a request, and both are
    // limited.
    super({ capacity: MAX_EXCHANGES, maxWaiting: Infinity, maxWaitingPerParty: Infinity });
  }
}
