import type { Command } from 'commander';
import { type FirstAdministrator, type Setup, SetupService } from '../management/setup/setup.service.js';
import { nonEmpty, passwordFromInput } from './arguments.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { print } from './output.js';

interface Options extends JsonOptions {
  company: string;
  email?: string;
  passwordStdin?: boolean;
}

/** Adds the command that sets up a company. */
export function addBootstrapCommand(program: Command): void {
  declare(program, 'Set-up', 'bootstrap', '--company "Acme"')
    .description('set up a company with its first integration and a token with all scopes')
    .requiredOption('--company <name>', 'name of the company', nonEmpty)
    .option('--email <address>', 'also make an administrator, who signs in by this address')
    .option('--password-stdin', "read the administrator's password from standard input")
    .addOption(jsonOption())
    .action(bootstrap);
}

async function bootstrap(options: Options): Promise<void> {
  const administrator = await administratorOf(options);
  const setup = await withApp({ MIGRATE_ON_START: true }, (app) =>
    app.get(SetupService).bootstrap(options.company, administrator),
  );
  const { slug: _, ...result } = setup;
  print(options, result, sentenceOf(setup, administrator));
}

async function administratorOf({ email, passwordStdin }: Options): Promise<FirstAdministrator | undefined> {
  if (email === undefined && !passwordStdin) return undefined;
  if (email === undefined || !passwordStdin)
    throw new Error('An administrator needs both --email and --password-stdin.');
  return { email, password: await passwordFromInput() };
}

function sentenceOf(
  { companyId, slug, integrationId, token, userId }: Setup,
  administrator?: FirstAdministrator,
): string {
  return [
    `Company      ${companyId} (${slug})`,
    `Integration  ${integrationId}`,
    ...(administrator ? [`User         ${userId} (${administrator.email}), ROLE_ADMIN`] : []),
    `Token        ${token}`,
    'The token is shown this once.',
  ].join('\n');
}
