import { command, commandReading } from '../support/app/commands.js';
import type { DatabaseEnv } from '../support/databases/database.js';

/** What a company begins with, as the commands make it. */
export interface Bootstrapped {
  token: string;
  personalToken: string;
}

const EMAIL = 'ada@acme.example';

/** A company of this name with an integration's token and a personal token of its administrator. */
export async function bootstrapped(env: DatabaseEnv, company: string): Promise<Bootstrapped> {
  const made = await commandReading(
    'correct horse battery staple 7',
    env,
    ...['bootstrap', '--company', company, '--email', EMAIL, '--password-stdin', '--json'],
  );
  const personal = await command(env, 'pat:create', '--user', EMAIL, '--name', 'Reference', '--json');
  const { token } = JSON.parse(made.stdout) as { token: string };
  const { token: personalToken } = JSON.parse(personal.stdout) as { token: string };
  return { token, personalToken };
}
