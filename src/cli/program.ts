import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { IntegrationStatus } from '../integrations/integration.entity.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { BY_OPERATOR } from '../audit/audit-context.js';
import { isScope, SCOPES, type Scope } from '../auth/principal/scopes.js';
import { type NewToken, type TokenSummary, TokensService } from '../tokens/tokens.service.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';
import { idOf, nonEmpty } from './arguments.js';
import { addAuditCommands } from './audit-commands.js';
import { addBootstrapCommand } from './bootstrap-command.js';
import { addPeopleCommands } from './people-commands.js';
import { addRevocationCommands } from './revocation-commands.js';
import { withProduct } from './context.js';
import { at, type Terminal, terminal } from './terminal.js';
import { runWorker } from './worker.js';
import { say, sayTable } from './output.js';
import { buildApp } from '../app.js';
import { createOpenApiDocument } from '../reference/openapi/document.js';
import { readConfig } from '../platform/config/config.js';
import { createLogger } from '../platform/logging/logger.js';
import { Database } from '../platform/database/database.js';
import type { Page, PageRequest } from '../platform/paging/page.js';

const TOKENS_PER_READ = 500;

interface Json {
  json?: boolean;
}

type TokenOptions = { integration: string } & Omit<NewToken, 'integrationId'>;

const json = (): Option => new Option('--json', 'print JSON and nothing else');

/** Exit code of a successful command. */
const SUCCESS = 0;
const FAILURE = 1;

/**
 * Runs a command on the configured database. Servers may run at the same time.
 * @returns the exit code
 */
export function run(args: string[], given: Terminal): Promise<number> {
  return at(given, async () => {
    try {
      await createProgram().parseAsync(args, { from: 'user' });
      return SUCCESS;
    } catch (error) {
      if (error instanceof CommanderError) return error.exitCode;
      given.errors.write(`${(error as Error).message}\n`);
      return FAILURE;
    }
  });
}

function createProgram(): Command {
  const { output, errors } = terminal();
  const program = new Command('eudr')
    .description("The operator's commands")
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => errors.write(text) });
  addServiceCommands(program);
  addBootstrapCommand(program);
  addTokenCommands(program);
  addPeopleCommands(program);
  addRevocationCommands(program);
  addIntegrationCommands(program);
  addAuditCommands(program);
  return program;
}

function addServiceCommands(program: Command): void {
  program
    .command('migrate')
    .description('bring the database up to date')
    .addOption(json())
    .action(async (options: Json) => {
      await withProduct({ MIGRATE_ON_START: true }, () => Promise.resolve());
      say(options, { migrated: true }, 'The database is up to date.');
    });

  program
    .command('worker')
    .description('send webhooks and sweep what is too old, without serving requests, until it is stopped')
    .action(runWorker);

  program
    .command('openapi')
    .description('print the OpenAPI document of this version')
    .action(async () => {
      const config = readConfig({ LOG_LEVEL: 'silent' });
      const document = createOpenApiDocument(await buildApp(config, createLogger(config)));
      terminal().output.write(`${JSON.stringify(document, null, 2)}\n`);
    });
}

function addTokenCommands(program: Command): void {
  program
    .command('token:create')
    .description('issue a token for an integration')
    .requiredOption('--integration <id>', 'id of the integration', idOf(INTEGRATION_ID))
    .requiredOption('--name <name>', 'what the token is for', nonEmpty)
    .requiredOption('--scopes <list>', `comma list of: ${SCOPES.join(', ')}`, scopeList)
    .option('--expires-in-days <n>', 'days until it expires; without it, never', wholeNumber(1, 3650))
    .option('--requests-per-minute <n>', 'a limit of its own; 0 is none', wholeNumber(0, 1_000_000))
    .addOption(json())
    .action(async ({ json: asJson, integration, ...input }: Json & TokenOptions) => {
      const { raw, token } = await withProduct({}, (app) =>
        app
          .get(Database)
          .transaction((tx) =>
            app.get(TokensService).issue(tx, { integrationId: integration, ...input }, BY_OPERATOR),
          ),
      );
      say(
        { json: asJson },
        { token: raw, ...token },
        `Token  ${raw}\nId     ${token.id}\nThe token is shown this once.`,
      );
    });

  program
    .command('token:list')
    .description('list tokens; the tokens themselves are not kept and cannot be shown')
    .option('--integration <id>', 'only of this integration', idOf(INTEGRATION_ID))
    .addOption(json())
    .action(async (options: Json & { integration?: string }) => {
      const tokens = await withProduct({}, (app) => allTokens(app.get(TokensService), options.integration));
      sayTable(options, tokens, tokens.map(tokenLine));
    });
}

function addIntegrationCommands(program: Command): void {
  for (const [verb, status] of [
    ['activate', 'ACTIVE'],
    ['deactivate', 'INACTIVE'],
  ] as const) {
    program
      .command(`integration:${verb}`)
      .description(`${verb} an integration and with it all its tokens`)
      .argument('<id>', 'id of the integration, int_…', idOf(INTEGRATION_ID))
      .addOption(json())
      .action((id: string, options: Json) => setStatus(id, status, options));
  }
}

async function setStatus(id: string, status: IntegrationStatus, options: Json): Promise<void> {
  const integration = await withProduct({}, (app) => app.get(IntegrationsService).setStatus(id, status));
  const { companyId, name, type } = integration;
  say(options, { id, companyId, name, type, status }, `${id} (${name}) is ${status}.`);
}

async function allTokens(tokens: TokensService, integrationId?: string): Promise<TokenSummary[]> {
  const all: TokenSummary[] = [];
  let request: PageRequest | undefined = { page: 1, size: TOKENS_PER_READ };
  while (request) {
    const { items, nextCursor }: Page<TokenSummary> = await tokens.list(request, integrationId);
    all.push(...items);
    request = nextCursor === null ? undefined : { page: 1, size: TOKENS_PER_READ, cursor: nextCursor };
  }
  return all;
}

function tokenLine(token: TokenSummary): Record<string, string> {
  const state = token.revokedAt
    ? 'revoked'
    : token.expiresAt && token.expiresAt <= new Date()
      ? 'expired'
      : 'live';
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    state,
    lastUsed: token.lastUsedAt?.toISOString() ?? 'never',
    expires: token.expiresAt?.toISOString() ?? 'never',
  };
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

function scopeList(text: string): Scope[] {
  const scopes = [...new Set(text.split(',').map((scope) => scope.trim()))];
  const wrong = scopes.filter((scope) => !isScope(scope));
  if (wrong.length > 0)
    throw new InvalidArgumentError(`Not a scope: ${wrong.join(', ')}. There are: ${SCOPES.join(', ')}.`);
  return scopes.filter(isScope);
}
