import type { Tally } from './load.js';
import { COMPANY, type DemoCredentials, TOKEN_DAYS } from './tenant.js';

const SAMPLE_REASONS = 2;

/** Where the demo is to be had, and with what. */
export interface DemoAccess extends DemoCredentials {
  url: string;
  /** The Integration API's base address. */
  api: string;
}

/** What the person who started the demo reads. The lines that begin at the margin work as pasted. */
export function reportOf(access: DemoAccess, tallies: Tally[]): string {
  const drafts = tallies.reduce((sum, tally) => sum + tally.ddsCreated, 0);
  return `
${COMPANY}: 1,339 real coffee lots, synced through the API as an ERP would.

${tallies.map(tallyLines).join('\n')}
  New drafts of Due Diligence Statements: ${drafts}

  The refusals are on purpose. The lots are as their graders wrote them, and 209 name no company: so their
  supplier has no name, and the lot no supplier. The API refuses such rows, says why, and takes the others.

Try every call in the browser: ${access.url}/docs

Or here. Paste these first; they are shown this once and work for ${TOKEN_DAYS} days:

export API=${access.api}
export TOKEN=${access.token}
export PAT=${access.personalToken}

Write a supplier, list three, read where a lot stands:

${curlLines.join('\n')}

The administrator signs in as ${access.email} with the password ${access.password}
PAT is their personal token, for the APIs of people:

curl -s -H "Authorization: Bearer $PAT" ${access.url}/api/integrations

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

const curlLines = [
  `curl -s -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' "$API/suppliers" \\
  -d '{"suppliers":[{"externalId":"SUP-003","name":"Fazenda Boa Vista","country":"BR"}]}'`,
  'curl -s -H "Authorization: Bearer $TOKEN" "$API/suppliers?limit=3"',
  'curl -s -H "Authorization: Bearer $TOKEN" "$API/dds/LOT-0001"',
];
