import type { INestApplicationContext } from '@nestjs/common';
import { type Command, InvalidArgumentError } from 'commander';
import { BY_OPERATOR } from '../audit/audit-context.js';
import type { AuditTarget } from '../audit/audit-actions.js';
import type { CredentialActs } from '../audit/credential-acts.js';
import { Integration } from '../integrations/integration.entity.js';
import {
  BulkRevocation,
  type RevocationOutcome,
  type TokenOutcome,
  type TokenSelection,
  type UsedToken,
} from '../credentials/bulk-revocation/bulk-revocation.js';
import { TokenRevocation } from '../tokens/token-revocation.js';
import { Database } from '../platform/database/database.js';
import { companyId, idOf, moment } from './arguments.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';
import { TOKEN_ID } from '../tokens/tokens.errors.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { counted, print } from './output.js';
import { relativeTime } from './relative-time.js';
import { terminal } from './terminal.js';

/** Maximum number of tokens that a dry run names. */
const MAX_NAMED = 20;

interface Options extends JsonOptions {
  disableWebhooks?: boolean;
  dryRun?: boolean;
  company?: string;
  integration?: string;
  prefix?: string;
  createdBefore?: Date;
  lastUsedBefore?: Date;
}

/** Adds the commands that revoke tokens. */
export function addRevocationCommands(program: Command): void {
  declare(program, 'Credentials', 'token:revoke', '--company acme --last-used-before 2026-01-01 --dry-run')
    .description(
      'revoke one token, or all that match the filters; effective in every process within a second',
    )
    .argument('[id]', 'id of one token, tok_…', idOf(TOKEN_ID))
    .option('--company <id or slug>', 'only tokens of this company')
    .option('--integration <id>', 'only tokens of this integration', idOf(INTEGRATION_ID))
    .option('--prefix <text>', 'only those that begin so: eudr_live_a1b2', prefix)
    .option('--created-before <time>', 'only those made before this day or moment', moment)
    .option('--last-used-before <time>', 'only those not used since', moment)
    .option('--dry-run', 'only print what would be revoked')
    .option('--disable-webhooks', 'also disable the webhooks that they made, as for leaked ones')
    .addOption(jsonOption())
    .action((id: string | undefined, options: Options) => {
      if (id === undefined) return revokeMany(options);
      if (isForMany(options)) throw new Error('A token id cannot be combined with filters or --dry-run.');
      return revokeOne(id, options);
    });
}

/** Returns lines with what a token created and changed. */
function told({ made, changed, more }: CredentialActs): string {
  const line = (what: string) => (one: AuditTarget) => `\n${what}  ${one.kind} ${one.id} (${one.name})`;
  const rest = more > 0 ? `\nand ${more} more` : '';
  return [...made.map(line('made')), ...changed.map(line('changed')), rest].join('');
}

/** Whether an option was given that has no effect on a single token but seems to narrow the selection. */
function isForMany(options: Options): boolean {
  const { dryRun, company, integration, prefix: begin, createdBefore, lastUsedBefore } = options;
  return [dryRun, company, integration, begin, createdBefore, lastUsedBefore].some(Boolean);
}

async function revokeOne(id: string, options: Options): Promise<void> {
  const { disableWebhooks = false } = options;
  const { wasLive: _, ...token } = await withApp({}, (app) =>
    app
      .get(Database)
      .transaction((tx) => app.get(TokenRevocation).revoke(tx, id, { disableWebhooks }, BY_OPERATOR)),
  );
  const made = token.webhooks.map(
    (hook) => `\n${hook.id}  ${hook.active ? 'active' : 'disabled'}  ${hook.url}`,
  );
  print(options, token, `${token.id} (${token.prefix}…) is revoked.${made.join('')}${told(token.acts)}`);
}

async function revokeMany(options: Options): Promise<void> {
  const { dryRun = false, disableWebhooks = false } = options;
  const onProgress = (done: number, all: number): void =>
    void terminal().errors.write(`${done} of ${all} tokens so far\n`);
  const [results, usedLast] = await withApp({}, async (app) => {
    const bulk = app.get(BulkRevocation);
    const selection = await selectionOf(app, options);
    const latest = dryRun ? await bulk.usedLast(selection, MAX_NAMED) : [];
    return [await bulk.run(selection, { dryRun, disableWebhooks, onProgress }, BY_OPERATOR), latest] as const;
  });
  const outcomes = countsOf(results);
  print(options, { dryRun, outcomes, tokens: results }, sentencesOf(outcomes, usedLast));
}

/** Returns sentences about the revoked tokens; for a dry run, also about their last use. */
function sentencesOf(outcomes: Partial<Record<RevocationOutcome, number>>, usedLast: UsedToken[]): string {
  const { would_revoke: would, revoked, already_revoked: already } = outcomes;
  const lines = [
    ...(would === undefined ? [] : wouldLines(would, usedLast)),
    ...(revoked === undefined ? [] : [`Revoked ${counted(revoked, 'token')}.`]),
    ...(already === undefined ? [] : [`Revoked before: ${counted(already, 'token')}.`]),
  ];
  return lines.join('\n') || 'No token fits.';
}

function wouldLines(count: number, usedLast: UsedToken[]): string[] {
  const latest = usedLast[0]?.lastUsedAt ?? null;
  const more = count - usedLast.length;
  return [
    `Would revoke ${counted(count, 'token')}, ${lastUse(latest)}:`,
    ...usedLast.map(
      ({ id, prefix: begin, name, lastUsedAt }) => `  ${id}  ${begin}…  ${name}, ${lastUse(lastUsedAt)}`,
    ),
    ...(more > 0 ? [`  and ${more.toLocaleString('en')} more, used longer ago or never`] : []),
  ];
}

function lastUse(time: Date | null): string {
  return time ? `last used ${relativeTime(time)}` : 'never used';
}

async function selectionOf(app: INestApplicationContext, options: Options): Promise<TokenSelection> {
  const { company, integration, prefix: begin, createdBefore, lastUsedBefore } = options;
  return {
    companyId: await ownerOf(app, company, integration),
    ...(integration !== undefined && { integrationId: integration }),
    ...(begin !== undefined && { prefix: begin }),
    ...(createdBefore && { createdBefore }),
    ...(lastUsedBefore && { lastUsedBefore }),
  };
}

/** Returns the company of the tokens. A wrong name must give an error instead of an empty selection. */
async function ownerOf(
  app: INestApplicationContext,
  company: string | undefined,
  integrationId: string | undefined,
): Promise<string> {
  const named = company === undefined ? undefined : await companyId(app, company);
  if (integrationId === undefined) {
    if (named === undefined) throw new Error('Specify a token id, --integration or --company.');
    return named;
  }
  const owned = { id: integrationId, ...(named !== undefined && { companyId: named }) };
  const integration = await app.get(Database).read((manager) => manager.findOneBy(Integration, owned));
  if (!integration) throw new Error(`There is no integration ${integrationId}${named ? ' there' : ''}.`);
  return integration.companyId;
}

function countsOf(results: TokenOutcome[]): Partial<Record<RevocationOutcome, number>> {
  const counts: Partial<Record<RevocationOutcome, number>> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function prefix(text: string): string {
  if (!/^eudr_live_[0-9a-f]{1,8}$/.test(text))
    throw new InvalidArgumentError('Must be eudr_live_ and the 1 to 8 hex digits that follow.');
  return text;
}
