import { productVersion } from '../../../src/version.js';
import { command } from '../../support/app/commands.js';
import { type DatabaseEnv, freshDatabase } from '../../support/databases/database.js';

let env: DatabaseEnv;
beforeAll(async () => {
  env = await freshDatabase();
});

describe('--help', () => {
  const help = async (...args: string[]): Promise<string> => (await command(env, ...args, '--help')).stdout;

  it('has the commands in groups', async () => {
    const text = await help();
    const groups = text.match(/^[A-Z][\w-]+:$/gm);
    expect(groups).toEqual(['Options:', 'Set-up:', 'Credentials:', 'People:', 'Audit:', 'Running:', 'Help:']);
  });

  it('of each command has an example, with options that it takes, and no default of false', async () => {
    const names = [...(await help()).matchAll(/^ {2}([a-z:]+) /gm)].map(([, name]) => name as string);
    const commands = names.filter((name) => name !== 'help');
    expect(commands.length).toBeGreaterThanOrEqual(21);
    for (const name of commands) {
      const text = await help(name);
      const [, example = 'none'] = /^Example:\n {2}npm run -s eudr -- (.+)$/m.exec(text) ?? [];
      expect([name, example.split(' ')[0]]).toEqual([name, name]);
      for (const option of example.match(/--[a-z-]+/g) ?? []) expect(text).toContain(`  ${option} `);
      expect(text).not.toContain('default: false');
    }
  });
});

describe('a wrong call', () => {
  it.each<[args: string[], complaint: string, see: string]>([
    [['token:create'], "error: required option '--integration <id>' not specified", 'token:create --help'],
    [
      ['audit:export'],
      "error: required option '--company <id or slug>' not specified",
      'audit:export --help',
    ],
    [['token:lst'], "error: unknown command 'token:lst'\n(Did you mean token:list?)", '--help'],
  ])('%j is answered in one line and where to read on', async (args, complaint, see) => {
    expect(await command(env, ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `${complaint}\nSee npm run -s eudr -- ${see}\n`,
    });
  });
});

it('--version prints the version', async () => {
  const version = `${productVersion()}\n`;
  expect(await command(env, '--version')).toEqual({ code: 0, stdout: version, stderr: '' });
});
