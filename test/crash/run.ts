import { Client } from '../support/http/client.js';
import type { DatabaseEnv } from '../support/databases/database.js';
import { eudr } from '../support/processes/processes.js';
import { Callers } from './callers.js';
import { type Crew, Fleet } from './fleet.js';
import { Inbox } from './inbox.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';
import { allTold, judge, type Verdict } from './verdict.js';

export interface CrashOptions {
  /** An empty database. */
  env: DatabaseEnv;
  crew: Crew;
  /** All random choices follow from it; what the processes make of them does not. */
  seed: string;
  /** How long calls are sent and processes killed. */
  seconds: number;
  /** Ends the run earlier, after so many kills. */
  kills?: number | undefined;
}

/** One run: what was done, and what was found after it. */
export interface CrashResult extends Verdict {
  seed: string;
  kills: { server: number; worker: number };
  calls: number;
  /** HTTP requests that the calls took. */
  attempts: number;
  /** Answers of another attempt, replayed. */
  replays: number;
  /** Answers 500, each of which the log explains. */
  serverErrors: number;
  rows: number;
  /** Distinct events received. */
  events: number;
  /** Deliveries of events that had been received before: allowed, since delivery is at least once. */
  repeatedDeliveries: number;
  /** Deliveries without the right signatures. */
  unsigned: number;
}

const DRAIN_MS = 120_000;

/** Sets up a company in a process of its own: this one may have loaded the product for the other engine. */
async function bootstrap(env: DatabaseEnv): Promise<string> {
  const { code, stdout, stderr } = await eudr(env, 'bootstrap', '--company', 'Acme', '--json');
  if (code !== 0) throw new Error(`bootstrap ended with ${code}: ${stderr}`);
  return (JSON.parse(stdout) as { token: string }).token;
}

/**
 * Sends bulk calls under idempotency keys, kills the product's processes at random moments meanwhile, lets them
 * finish and deliver, and holds what is there against what was acknowledged.
 * @throws Error when the run itself fails: a process does not start, a call is refused or never accepted.
 */
export async function crashRun(options: CrashOptions): Promise<CrashResult> {
  const { env, crew, seed } = options;
  const random = new Random(seed);
  const token = await bootstrap(env);
  const inbox = await Inbox.open(random.for('inbox'));
  const fleet = new Fleet(env, crew);
  try {
    await fleet.start();
    const webhookId = await subscribe(await client(fleet, token, random), inbox);
    const ledger = new Ledger();
    const callers = new Callers(fleet, token, inbox, ledger, random);
    await stormOver(fleet, callers, random, options);
    await inbox.until(() => allTold(ledger, inbox), DRAIN_MS).catch(() => undefined);
    const verdict = await judge(await client(fleet, token, random), webhookId, ledger, inbox);
    return { seed, ...figures(fleet, callers, ledger, inbox), ...verdict };
  } finally {
    await fleet.stop();
    await inbox.close();
  }
}

/** Whether a run found nothing amiss. */
export function isSound({ lost, doubled, unsigned }: CrashResult): boolean {
  return [...Object.values(lost), ...Object.values(doubled), unsigned].every((howMany) => howMany === 0);
}

/** Callers and killers at work together, until time or kills are up and every call was accepted. */
async function stormOver(
  fleet: Fleet,
  callers: Callers,
  random: Random,
  options: CrashOptions,
): Promise<void> {
  await callers.base();
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), options.seconds * 1000);
  const work = [callers.run(end.signal), fleet.killAtRandom(random, end, options.kills ?? Infinity)];
  try {
    await Promise.all(work);
  } finally {
    clearTimeout(timer);
    end.abort();
    await Promise.allSettled(work);
  }
  await fleet.untilReady();
}

async function subscribe(client: Client, inbox: Inbox): Promise<string> {
  const { status, body } = await client.post('/webhook-events', { url: inbox.url, events: ['*'] });
  if (status !== 201) throw new Error(`the webhook was refused: ${status} ${JSON.stringify(body)}`);
  const { id, secret } = body as { id: string; secret: string };
  inbox.expectSignedWith(secret);
  return id;
}

const client = async (fleet: Fleet, token: string, random: Random): Promise<Client> =>
  new Client(await fleet.url(random), token);

function figures(
  fleet: Fleet,
  callers: Callers,
  ledger: Ledger,
  inbox: Inbox,
): Omit<CrashResult, keyof Verdict | 'seed'> {
  return {
    kills: fleet.kills,
    calls: ledger.calls.length,
    attempts: callers.attempts,
    replays: callers.replays,
    serverErrors: callers.serverErrors,
    rows: ledger.changes,
    events: inbox.events,
    repeatedDeliveries: inbox.repeated,
    unsigned: inbox.unsigned,
  };
}
