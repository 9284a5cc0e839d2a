import { Injectable } from '@nestjs/common';
import { FairShare } from '../../platform/fairness/fair-share.js';

const MAX_EXCHANGES = 400;

/** Shares out, by integration, how many exchanges with endpoints a process has at once. */
@Injectable()
export class ExchangeShares extends FairShare {
  constructor() {
    // Whoever waits holds a slot of an endpoint or a request, which bounds how many wait.
    super({ capacity: MAX_EXCHANGES, maxWaiting: Infinity, maxWaitingPerParty: Infinity });
  }
}
