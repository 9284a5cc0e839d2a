import { type Command, Option } from 'commander';

/** Groups of commands in `--help`, in this order. */
export type CommandGroup = 'Set-up' | 'Credentials' | 'People' | 'Audit' | 'Running';

/** Options of every command that can print JSON. */
export interface JsonOptions {
  json?: boolean;
}

/** Returns a command as it is typed in a checkout. `-s` removes npm's own lines from the output. */
export const typed = (rest: string): string => `npm run -s eudr -- ${rest}`;

/**
 * Declares a command with its group in `--help`, an example for its own help, and a hint after a wrong call.
 */
export function declare(program: Command, group: CommandGroup, name: string, example = ''): Command {
  return program
    .command(name)
    .helpGroup(`${group}:`)
    .addHelpText('after', `\nExample:\n  ${typed(`${name} ${example}`.trimEnd())}`)
    .showHelpAfterError(`See ${typed(`${name} --help`)}`);
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON and nothing else');
}
