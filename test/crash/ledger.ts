import { type BulkResponse, type Call, isAnswerOfFirstEffect, type Kind } from './calls.js';

/** What one record must be, after all calls that were acknowledged. */
export interface ExpectedRecord {
  kind: Kind;
  externalId: string;
  /** Of the last call that wrote it. */
  name: string;
  /** How many calls wrote it: the first created it, each further one updated it. */
  writes: number;
}

/** What the product acknowledged, and must therefore keep. */
export class Ledger {
  readonly calls: Call[] = [];
  readonly records = new Map<string, ExpectedRecord>();
  /** Changes of records, each of which must be in the feed and make an event. */
  changes = 0;
  /** Keys of calls whose answer shows that they found their own earlier effect. */
  readonly answeredTwice: string[] = [];

  accept(call: Call, answer: BulkResponse): void {
    this.calls.push(call);
    this.changes += call.externalIds.length;
    if (!isAnswerOfFirstEffect(call, answer)) this.answeredTwice.push(call.key);
    for (const externalId of call.externalIds) this.write(call, externalId);
  }

  /** Each change makes an event, and each call one more for itself. */
  get events(): number {
    return this.changes + this.calls.length;
  }

  private write({ kind, key }: Call, externalId: string): void {
    const writes = (this.records.get(recordKey(kind, externalId))?.writes ?? 0) + 1;
    this.records.set(recordKey(kind, externalId), { kind, externalId, name: key, writes });
  }
}

export const recordKey = (kind: Kind, externalId: string): string => `${kind.type} ${externalId}`;
