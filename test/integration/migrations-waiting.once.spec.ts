import { createLogger } from '../../src/platform/logging/logger.js';
import { isBehind, migrate } from '../../src/platform/database/migrator.js';
import { freshDatabase } from '../support/databases/database.js';
import { connect } from '../support/databases/open-database.js';
import { settledOrWaiting } from '../support/waiting/signal.js';

it('a file that another process is writing to is waited for', async () => {
  const env = await freshDatabase();
  const [writer, starter] = [await connect(env), await connect(env)];
  const writing = writer.createQueryRunner();
  await writing.startTransaction();
  const migrated = migrate(starter, createLogger({ LOG_LEVEL: 'silent' }));
  await settledOrWaiting(migrated);
  await writing.commitTransaction();
  await writing.release();
  await migrated;
  expect(await isBehind(starter)).toBe(false);
  await Promise.all([writer.destroy(), starter.destroy()]);
});
