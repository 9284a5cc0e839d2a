import type { EntryRow } from './audit-rows.js';
import type { AuditMacs, ChainPoint } from './audit-macs.js';

/** Why an entry does not continue a chain. */
export type EntryFlaw = 'missing' | 'changed' | 'pepper_unknown';

/**
 * What is wrong with an entry that should follow a place of the chain: `missing` where others should come before it
 * (it cannot be checked then, for want of their MAC), `changed` where its MAC does not fit what it says and follows.
 */
export async function entryFlaw(
  seals: AuditMacs,
  previous: ChainPoint,
  row: EntryRow,
): Promise<EntryFlaw | undefined> {
  if (row.sequence !== previous.sequence + 1) return 'missing';
  const seal = await seals.find(row.pepper);
  if (!seal) return 'pepper_unknown';
  return seal.macOf(previous.mac, row) === row.mac ? undefined : 'changed';
}
