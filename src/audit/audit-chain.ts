import type { EntryRow } from './audit-rows.js';
import type { AuditMacs, ChainPoint } from './audit-macs.js';

/** Why an entry does not continue a chain. */
export type EntryFlaw = 'missing' | 'changed' | 'pepper_unknown';

/**
 * Checks an entry against the point of the chain before it.
 * @returns undefined if the entry is valid; `missing` if entries between the two are gone, so the MAC cannot
 * be checked; `changed` if the MAC does not match; `pepper_unknown` if its key is not configured
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
