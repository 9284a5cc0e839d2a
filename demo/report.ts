import type { Tally } from './load.js';
import { COMPANY } from './tenant.js';

const SAMPLE_REASONS = 3;

/** Where the demo is to be had, and with what. */
export interface IntegrationAudience {
  url: string;
  /** The Integration API's base path under `url`. */
  api: string;
  token: string;
}

/** What the person who started the demo reads. The `curl` lines work as pasted. */
export function reportOf(door: IntegrationAudience, tallies: Tally[]): string {
  const drafts = tallies.reduce((sum, tally) => sum + tally.ddsCreated, 0);
  return `
${COMPANY}: real coffee lots, synced through the API as an ERP would.

${tallies.map(tallyLines).join('\n')}
  New drafts of Due Diligence Statements: ${drafts}

Token (all scopes, for 7 days; shown this once):

  ${door.token}

Try it:

${curlLines(door, lotOf(tallies)).join('\n\n')}

Every call, to try in the browser: ${door.url}/docs
Ctrl-C stops the server. The data stays, and running the demo again is harmless.

`;
}

function tallyLines({ type, created, updated, refused }: Tally): string {
  const counts = `  ${type.padEnd(10)} ${created} created, ${updated} updated, ${refused.length} refused`;
  const reasons = refused
    .slice(0, SAMPLE_REASONS)
    .map(({ externalId, error }) => `             ${externalId}: ${error}`);
  if (refused.length > SAMPLE_REASONS) reasons.push('             …');
  return [counts, ...reasons].join('\n');
}

/** A lot that was accepted, and so has a statement. */
function lotOf(tallies: Tally[]): string {
  const lots = tallies.find((tally) => tally.type === 'batches')?.accepted ?? [];
  return lots[0] ?? 'LOT-0001';
}

function curlLines({ api, token }: IntegrationAudience, lot: string): string[] {
  const authorization = `-H 'Authorization: Bearer ${token}'`;
  const supplier = JSON.stringify({
    suppliers: [{ externalId: 'SUP-001', name: 'Fazenda Boa Vista', country: 'BR' }],
  });
  return [
    `curl -s ${authorization} -H 'Content-Type: application/json' -d '${supplier}' '${api}/suppliers'`,
    `curl -s ${authorization} '${api}/suppliers?limit=3'`,
    `curl -s ${authorization} '${api}/dds/${lot}'`,
  ];
}
