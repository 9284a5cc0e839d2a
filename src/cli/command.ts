import { type Command, Option } from 'commander';

/** The headings of `--help`, in its order. */
export type CommandGroup = 'Set-up' | 'Credentials' | 'People' | 'Audit' | 'Running';

/** What every command that can print JSON takes. */
export interface JsonOptions {
  json?: boolean;
}

/** How a command is typed in a checkout; `-s` keeps npm's own lines out of what it prints. */
export const typed = (rest: string): string => `npm run -s eudr -- ${rest}`;

/** Declares a command: its group in `--help`, an example in its own help, and where to look after a wrong call. */
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
