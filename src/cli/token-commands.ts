import { type Command, InvalidArgumentError } from 'commander';
import { BY_OPERATOR } from '../audit/audit-context.js';
import { isScope, type Scope, SCOPES } from '../auth/principal/scopes.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';
import { Database } from '../platform/database/database.js';
import type { TokenSummary } from '../tokens/token-summary.js';
import { type NewToken, TokensService } from '../tokens/tokens.service.js';
import { idOf, nonEmpty } from './arguments.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { allRows, print, printTable } from './output.js';
import { relativeOrNever } from './relative-time.js';

type NewTokenOptions = JsonOptions & { integration: string } & Omit<NewToken, 'integrationId'>;

/** Adds the commands that issue and list tokens. */
export function addTokenCommands(program: Command): void {
  declare(
    program,
    'Credentials',
    'token:create',
    '--integration int_01kan2x5v6fkrb3m1s3c1v9y7t --name nightly --scopes integration:suppliers:write',
  )
    .description('issue a token for an integration')
    .requiredOption('--integration <id>', 'id of the integration', idOf(INTEGRATION_ID))
    .requiredOption('--name <name>', 'what the token is for', nonEmpty)
    .requiredOption('--scopes <list>', `comma list of: ${SCOPES.join(', ')}`, scopeList)
    .option('--expires-in-days <n>', 'days until it expires; without it, never', wholeNumber(1, 3650))
    .option(
      '--requests-per-minute <n>',
      'requests per minute for this token; 0 means unlimited',
      wholeNumber(0, 1_000_000),
    )
    .addOption(jsonOption())
    .action(createToken);
  declare(program, 'Credentials', 'token:list', '--integration int_01kan2x5v6fkrb3m1s3c1v9y7t')
    .description('list tokens; the tokens themselves are not kept and cannot be shown')
    .option('--integration <id>', 'only of this integration', idOf(INTEGRATION_ID))
    .addOption(jsonOption())
    .action(listTokens);
}

async function createToken({ json, integration, ...input }: NewTokenOptions): Promise<void> {
  const { raw, token } = await withApp({}, (app) =>
    app
      .get(Database)
      .transaction((tx) =>
        app.get(TokensService).issue(tx, { integrationId: integration, ...input }, BY_OPERATOR),
      ),
  );
  print(
    { ...(json && { json }) },
    { token: raw, ...token },
    `Token  ${raw}\nId     ${token.id}\nThe token is shown this once.`,
  );
}

async function listTokens({
  integration,
  ...options
}: JsonOptions & { integration?: string }): Promise<void> {
  const tokens = await withApp({}, (app) =>
    allRows((request) => app.get(TokensService).list(request, integration)),
  );
  printTable(options, tokens, tokens.map(tokenLine));
}

function tokenLine(token: TokenSummary): Record<string, string> {
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    state: stateOf(token),
    integration: token.integrationId,
    'last used': relativeOrNever(token.lastUsedAt),
    expires: relativeOrNever(token.expiresAt),
    scopes: token.scopes.length === SCOPES.length ? 'all' : token.scopes.join(','),
  };
}

function stateOf({ revokedAt, expiresAt }: TokenSummary): string {
  if (revokedAt) return 'revoked';
  return expiresAt && expiresAt <= new Date() ? 'expired' : 'live';
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Must be a whole number from ${least} to ${most}.`);
  };
}

function scopeList(text: string): Scope[] {
  const scopes = [...new Set(text.split(',').map((scope) => scope.trim()))];
  const wrong = scopes.filter((scope) => !isScope(scope));
  if (wrong.length > 0)
    throw new InvalidArgumentError(`Not a scope: ${wrong.join(', ')}. There are: ${SCOPES.join(', ')}.`);
  return scopes.filter(isScope);
}
