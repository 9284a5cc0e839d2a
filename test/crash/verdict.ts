import type { Client } from '../support/http/client.js';
import { type Call, type Kind, KINDS, markerOf } from './calls.js';
import type { Inbox } from './inbox.js';
import { type Ledger, recordKey } from './ledger.js';
import { count, effects, failedDeliveries, feed, storedNames, type Tally } from './stored.js';

/** What was acknowledged and is missing. */
export interface Lost {
  /** Records that the lists do not show as their last acknowledged write left them. */
  records: number;
  /** Changes that the feed does not have. */
  changes: number;
  /** Events that were neither received nor are in the delivery log as failed. */
  events: number;
  /** Calls without a sync log. */
  logs: number;
}

/** What happened more often than it was asked for. */
export interface Doubled {
  /** Calls whose answer shows that they met an earlier effect of their own. */
  answers: number;
  /** Second and further sync logs of a call. */
  logs: number;
  /** Second and further events, told apart by their ids, of one change. */
  events: number;
}

export interface Verdict {
  lost: Lost;
  doubled: Doubled;
  /** The first few of what was lost or doubled, by external id or key, to look for. */
  examples: string[];
}

const MAX_EXAMPLES = 10;

/** Whether every event that must come has been received. */
export function allTold(ledger: Ledger, inbox: Inbox): boolean {
  return inbox.events >= ledger.events && sum(missing(expectedEvents(ledger), inbox.told)) === 0;
}

/** Holds what the product keeps, and what it told, against what it acknowledged. */
export async function judge(
  client: Client,
  webhookId: string,
  ledger: Ledger,
  inbox: Inbox,
): Promise<Verdict> {
  const events = expectedEvents(ledger);
  const untold = missing(events, inbox.told);
  const toldTwice = surplus(events, inbox.told);
  const records = await lostRecords(client, ledger);
  const changes = missing(expectedChanges(ledger), await feed(client));
  const logs = await judgeLogs(client, ledger.calls);
  const lostEvents = missing(byEvent(untold), await failedDeliveries(client, webhookId));
  return {
    lost: { records: records.length, changes: sum(changes), events: sum(lostEvents), logs: sum(logs.lost) },
    doubled: { answers: ledger.answeredTwice.length, logs: sum(logs.doubled), events: sum(toldTwice) },
    examples: [
      ...records,
      ...ledger.answeredTwice,
      ...[changes, untold, toldTwice, logs.lost, logs.doubled].flatMap((tally) => [...tally.keys()]),
    ].slice(0, MAX_EXAMPLES),
  };
}

async function lostRecords(client: Client, ledger: Ledger): Promise<string[]> {
  const stored = new Map<string, string>();
  for (const kind of KINDS) {
    for (const [id, name] of await storedNames(client, kind)) stored.set(recordKey(kind, id), name);
  }
  return [...ledger.records].filter(([key, { name }]) => stored.get(key) !== name).map(([key]) => key);
}

async function judgeLogs(client: Client, calls: Call[]): Promise<{ lost: Tally; doubled: Tally }> {
  const expected: Tally = new Map();
  const found: Tally = new Map();
  for (const kind of KINDS) {
    const [own, logged] = await comparableLogs(client, kind, calls);
    for (const [what, times] of own) expected.set(what, times);
    for (const [what, times] of logged) found.set(what, times);
  }
  return { lost: missing(expected, found), doubled: surplus(expected, found) };
}

/** Call by call where all logs can be read; in long runs, which have more, by their exact total. */
async function comparableLogs(client: Client, kind: Kind, calls: Call[]): Promise<[Tally, Tally]> {
  const own = calls.filter((call) => call.kind.type === kind.type);
  const { total, byMarker } = await effects(client, kind);
  if (sum(byMarker) === total) return [new Map(own.map((call) => [markerOf(call), 1])), byMarker];
  const all = `logs of ${kind.plural}`;
  return [new Map([[all, own.length]]), new Map([[all, total]])];
}

function expectedChanges({ records }: Ledger): Tally {
  const expected: Tally = new Map();
  for (const { kind, externalId, writes } of records.values()) {
    expected.set(`${kind.type}.created ${externalId}`, 1);
    if (writes > 1) expected.set(`${kind.type}.updated ${externalId}`, writes - 1);
  }
  return expected;
}

function expectedEvents(ledger: Ledger): Tally {
  const expected = expectedChanges(ledger);
  for (const { kind } of ledger.calls) count(expected, `sync.completed ${kind.entityType}`);
  return expected;
}

function byEvent(told: Tally): Tally {
  const events: Tally = new Map();
  for (const [what, times] of told) count(events, what.slice(0, what.indexOf(' ')), times);
  return events;
}

/** What of the expected was not found so often. */
function missing(expected: Tally, found: Tally): Tally {
  const short = [...expected].map(([what, times]): [string, number] => [
    what,
    times - (found.get(what) ?? 0),
  ]);
  return new Map(short.filter(([, times]) => times > 0));
}

/** What was found more often than expected; what was not expected at all counts too. */
const surplus = (expected: Tally, found: Tally): Tally => missing(found, expected);

function sum(tally: Tally): number {
  return [...tally.values()].reduce((total, times) => total + times, 0);
}
