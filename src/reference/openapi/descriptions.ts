import { SCOPES } from '../../auth/principal/scopes.js';
import type { DocumentedSurface } from '../../surfaces.js';

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** Introduction of the whole document. */
export const DESCRIPTION = `
Sync suppliers, products and batches from an ERP, and read the status of each batch's Due Diligence Statement under
Regulation (EU) 2023/1115.

The API has three parts, each with a document of its own: **Integration** for ERPs, **Account** for the people of a company,
**Management** for operators and their scripts. Every error has a page: \`/docs/errors\`.
`.trim();

/** Introduction of each part. */
export const DESCRIPTIONS: Record<NonNullable<DocumentedSurface['document']>, string> = {
  Integration: `
For ERPs and other systems. Send an integration token (\`eudr_live_…\`) as \`Authorization: Bearer\`.

**Order of work**: suppliers, then products (which may name a supplier), then batches (which name a product). Records are
matched by your own ids (\`externalId\`): sending the same call again changes nothing. A guide: \`/docs/quickstart\`.

**Errors** are \`{"error": CODE, "message", "details"?, "requestId"}\`, or RFC 9457 where you send
\`Accept: application/problem+json\`. Every response to a valid token has the headers of the rate limit (\`X-RateLimit-*\`).

**Scopes**: ${list(SCOPES)}.
`.trim(),
  Account: `
For the people of a company. Send the access token of a sign-in, a private token or, where a call says so, a personal token
(\`eudr_pat_…\`) as \`Authorization: Bearer\`. \`X-Company\` chooses the company where you have several.

**Errors** are \`{"type", "errors": [{"code", "detail", "attr", "extra"}]}\` under \`/api/v1/auth\`, and
\`{"error": CODE, "message", "details"?, "requestId"}\` under \`/api/integrations\`.
`.trim(),
  Management: `
For operators and their scripts. Send a personal token (\`eudr_pat_…\`) or the access token of a sign-in as
\`Authorization: Bearer\`. A company is called *project* in these paths.

**Errors** are \`{"error": code, "error_description", "validation_errors"?}\`, as OAuth 2.0 writes them (RFC 6749, section 5.2).
`.trim(),
};
