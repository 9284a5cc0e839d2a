import { Command, CommanderError } from 'commander';
import { productVersion } from '../version.js';
import { addAuditCommands } from './audit-commands.js';
import { addBootstrapCommand } from './bootstrap-command.js';
import { typed } from './command.js';
import { addCompanyCommands } from './company-commands.js';
import { addIntegrationCommands } from './integration-commands.js';
import { addPeopleCommands } from './people-commands.js';
import { addRevocationCommands } from './revocation-commands.js';
import { addMigrateCommand, addRunningCommands } from './service-commands.js';
import { at, type Terminal, terminal } from './terminal.js';
import { addTokenCommands } from './token-commands.js';

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
    .description(`The operator's commands. In a checkout: ${typed('<command>')}`)
    .version(productVersion(), '--version', 'print the version')
    .showHelpAfterError(`See ${typed('--help')}`)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => errors.write(text) });
  addMigrateCommand(program);
  addBootstrapCommand(program);
  addCompanyCommands(program);
  addIntegrationCommands(program);
  addTokenCommands(program);
  addRevocationCommands(program);
  addPeopleCommands(program);
  addAuditCommands(program);
  addRunningCommands(program);
  return program.commandsGroup('Help:').helpCommand('help [command]', 'display the help of a command');
}
