import { expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/platform/config/config.js';

const problemWith = (environment: Record<string, string>): unknown => {
  try {
    return readConfig(environment);
  } catch (error) {
    return error;
  }
};

it.each<[string, string, string]>([
  ['DATABASE_URL', 'no address at all', 'no address'],
  ['DATABASE_URL', 'mysql://user:hunter2@db.internal', 'hunter2'],
  ['DATABASE_URL', 'mysql://user:hunter2@db.internal:eudr/eudr', 'hunter2'],
  ['DATABASE_URL', 'postgres://user:hunter2@db.internal/eudr', 'hunter2'],
  ['PORT', '99999', '99999'],
  ['LOG_LEVEL', 'shouting', 'shouting'],
  ['MIGRATE_ON_START', 'perhaps', 'perhaps'],
  ['TRUST_PROXY', 'somewhere-inside', 'somewhere-inside'],
  ['TRUST_PROXY', '10.0.0.0/99', '10.0.0.0/99'],
])('a %s that is not usable (%s) is named and not shown', (name, value, secret) => {
  const problem = problemWith({ [name]: value });
  expect(problem).toBeInstanceOf(ConfigError);
  const { message } = problem as ConfigError;
  expect(message).toMatch(new RegExp(`^\\s*${name}: \\S`, 'm'));
  expect(message).not.toContain(secret);
});

it('every wrong variable is named at once', () => {
  const problem = problemWith({ PORT: 'x', DATABASE_URL: 'nowhere', TRUST_PROXY: 'inside', LOG_LEVEL: 'y' });
  expect(problem).toBeInstanceOf(ConfigError);
  for (const name of ['PORT', 'DATABASE_URL', 'TRUST_PROXY', 'LOG_LEVEL']) {
    expect((problem as ConfigError).message).toContain(`${name}: `);
  }
});

it('an empty variable counts as one that is not set', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '', TRUST_PROXY: '' })).toEqual(readConfig({}));
});
