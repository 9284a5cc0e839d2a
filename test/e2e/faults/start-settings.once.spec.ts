import { freshDatabase } from '../../support/databases/database.js';
import { eudr, serverThatEnds } from '../../support/processes/processes.js';

describe('starting with a wrong configuration', () => {
  const wrong = {
    NODE_ENV: 'produktion',
    PORT: '99999',
    DATABASE_URL: 'postgres://user:hunter2@db.internal/eudr',
    DATABASE_POOL_SIZE: 'many',
    MIGRATE_ON_START: 'perhaps',
    REDIS_URL: 'http://s3cret@cache.internal',
    RATE_LIMIT_PER_MINUTE: '-17',
    METRICS_PORT: '0x1F',
    LOG_LEVEL: 'shouting',
  };

  it('exits non-zero at once and names every wrong variable in one message, with no value', async () => {
    const { code, stdout, stderr } = await serverThatEnds({ ...wrong, METRICS_PORT: 'ninety' });
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(stderr).toMatch(new RegExp(`^\\s*${name}: \\S`, 'm'));
    const shown = stdout + stderr;
    for (const value of [
      'produktion',
      '99999',
      'hunter2',
      'many',
      'perhaps',
      's3cret',
      '-17',
      'ninety',
      'shouting',
    ]) {
      expect(shown).not.toContain(value);
    }
    expect(stdout).toBe('');
  });

  it("an operator's command says the same", async () => {
    const { DATA_DIR } = await freshDatabase();
    const { code, stderr } = await eudr({ DATA_DIR, DATABASE_URL: wrong.DATABASE_URL }, 'token:list');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\s*DATABASE_URL: \S/m)]);
    expect(stderr).not.toContain('hunter2');
  });
});
