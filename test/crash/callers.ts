import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, Client } from '../support/http/client.js';
import { BASE_CALL, bodyOf, type BulkResponse, type Call, KINDS } from './calls.js';
import type { Fleet } from './fleet.js';
import type { Inbox } from './inbox.js';
import type { Ledger } from './ledger.js';
import type { Random } from './random.js';

const CALLERS = 8;
const ROWS = { least: 1, most: 25 };
/** Of the calls, how many rename records of an earlier one. */
const RENAMES = 0.3;
/** So far may callers be ahead of the deliveries; beyond, they would only test how long a queue can get. */
const MAX_UNDELIVERED = 2_000;
const BACKLOG_MS = 180_000;

const ANSWER_MS = 5_000;
const PAUSE_MS = { least: 20, most: 250 };
/** Longer than a claim whose owner died can live. */
const ACCEPTED_MS = 180_000;
/** What a careful caller meets by trying again: another attempt still runs, too many calls, a fault inside, away. */
const WORTH_ANOTHER_TRY = new Set([409, 429, 500, 502, 503, 504]);
const BROKEN_CONNECTION = new Set(['TypeError', 'TimeoutError', 'AbortError']);

/** What the callers worked with, and what they met. */
export class Callers {
  attempts = 0;
  replays = 0;
  serverErrors = 0;
  /** Set when one caller failed, so that the others do not go on for minutes. */
  private gaveUp = false;

  constructor(
    private readonly fleet: Fleet,
    private readonly token: string,
    private readonly inbox: Inbox,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  /** Makes what the others' records refer to. */
  base(): Promise<void> {
    return this.send(BASE_CALL, this.random.for('base'));
  }

  /**
   * Several callers that send one bulk call after the other until the signal; each call under a key of its own,
   * again and again until it was accepted, as a careful ERP would.
   * @throws Error when a call is refused for good, or accepted by none within minutes.
   */
  async run(signal: AbortSignal): Promise<void> {
    const callers = Array.from({ length: CALLERS }, async (_, index) => {
      const random = this.random.for(`caller ${index}`);
      const made: Call[] = [];
      for (let serial = 1; !signal.aborted; serial += 1) {
        const call = nextCall(`C${index}.${serial}`, random, made);
        await this.send(call, random);
        if (call.change === 'created') made.push(call);
        await this.inbox.until(() => this.inbox.events > this.ledger.events - MAX_UNDELIVERED, BACKLOG_MS);
      }
    });
    await Promise.all(callers).finally(() => (this.gaveUp = true));
  }

  private async send(call: Call, random: Random): Promise<void> {
    const deadline = Date.now() + ACCEPTED_MS;
    while (Date.now() < deadline && !this.gaveUp) {
      const answer = await this.attempt(call, random);
      if (answer?.status === 200) return this.accepted(call, answer);
      if (answer && !WORTH_ANOTHER_TRY.has(answer.status))
        throw new Error(`${call.key} was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
      await wait(random.between(PAUSE_MS.least, PAUSE_MS.most));
    }
    throw new Error(`${call.key} was not accepted within ${ACCEPTED_MS / 1000} s`);
  }

  private accepted(call: Call, { headers, body }: Answer): void {
    if (headers.get('idempotency-replayed') === 'true') this.replays += 1;
    this.ledger.accept(call, body as BulkResponse);
  }

  /** The answer, or nothing where the connection broke before the whole of it was there. */
  private async attempt(call: Call, random: Random): Promise<Answer | undefined> {
    this.attempts += 1;
    const client = new Client(await this.fleet.url(random), this.token, ANSWER_MS);
    try {
      const headers = { 'idempotency-key': call.key };
      const answer = await client.post(`/${call.kind.plural}`, bodyOf(call), headers);
      if (answer.status === 500) this.serverErrors += 1;
      return answer;
    } catch (error) {
      if (BROKEN_CONNECTION.has((error as Error).name)) return undefined;
      throw error;
    }
  }
}

function nextCall(key: string, random: Random, made: Call[]): Call {
  if (made.length > 0 && random.chance(RENAMES)) return { ...random.oneOf(made), key, change: 'updated' };
  const rows = random.between(ROWS.least, ROWS.most);
  const externalIds = Array.from({ length: rows }, (_, index) => `${key}-${index}`);
  return { key, kind: random.oneOf(KINDS), change: 'created', externalIds };
}
