import type { DataSource } from 'typeorm';
import { Invitation } from '../../src/identity/invitations/invitation.entity.js';
import { isBehind, migrate } from '../../src/platform/database/migrator.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { SCHEMA } from '../../src/schema.js';
import { type DatabaseEnv, onServer } from '../support/databases/database.js';
import { emptyDatabases } from '../support/databases/private-database.js';
import { settledOrWaiting } from '../support/waiting/signal.js';
import { connect } from '../support/databases/open-database.js';

const emptyDatabase = emptyDatabases();

const logger = createLogger({ LOG_LEVEL: 'silent' });

async function onDatabase(env: DatabaseEnv, work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const dataSource = await connect(env);
  await work(dataSource).finally(() => dataSource.destroy());
}

const onFreshDatabase = async (work: (dataSource: DataSource) => Promise<void>): Promise<void> =>
  onDatabase(await emptyDatabase(), work);

async function driftOf(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}

async function tablesOf(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ name: string }[]>(
    onServer
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
      : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  const bookkeeping = ['migrations', 'migration_lock'];
  return rows.map(({ name }) => name).filter((name) => !bookkeeping.includes(name));
}

async function undoAll(dataSource: DataSource): Promise<void> {
  for (let left = (SCHEMA.migrations as unknown[]).length; left > 0; left -= 1)
    await dataSource.undoLastMigration();
}

/** Undoes a migration, and those that came after it. */
async function undoThrough(dataSource: DataSource, name: string): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await dataSource.query<unknown[]>('SELECT 1 FROM migrations WHERE name = ?', [name])).length > 0;
  while (await isThere()) await dataSource.undoLastMigration();
}

const lockRow = (expiresInMs: number): [string, unknown[]] => [
  'INSERT INTO migration_lock (id, owner, expires_at) VALUES (1, ?, ?)',
  ['another-process', new Date(Date.now() + expiresInMs).toISOString().slice(0, 23).replace('T', ' ')],
];

/** The lock's table as a first process would have left it when it died before its first migration. */
async function givenLock(dataSource: DataSource, expiresInMs: number): Promise<void> {
  await migrate(dataSource, logger);
  await undoAll(dataSource);
  await dataSource.query(...lockRow(expiresInMs));
}

it('what the migrations make is exactly what the entities declare', () =>
  onFreshDatabase(async (dataSource) => {
    await migrate(dataSource, logger);
    expect(await driftOf(dataSource)).toEqual([]);
    expect(await isBehind(dataSource)).toBe(false);
  }));

it('migrations run up, down to nothing, and up again', () =>
  onFreshDatabase(async (dataSource) => {
    await migrate(dataSource, logger);
    const tables = await tablesOf(dataSource);
    expect(tables).toContain('suppliers');
    await undoAll(dataSource);
    expect(await tablesOf(dataSource)).toEqual([]);
    expect(await isBehind(dataSource)).toBe(true);
    await migrate(dataSource, logger);
    expect((await tablesOf(dataSource)).sort()).toEqual(tables.sort());
    expect(await driftOf(dataSource)).toEqual([]);
  }));

it('an invitation that a member sent outlives the way there and back; one by the operator is withdrawn', () =>
  onFreshDatabase(async (dataSource) => {
    await migrate(dataSource, logger);
    const invitation = { companyId: 'com_1', email: 'a@acme.example', roles: [], acceptedAt: null };
    const at = { createdAt: new Date(0), expiresAt: new Date(0) };
    await dataSource.manager.insert(Invitation, [
      { ...invitation, ...at, id: 'inv_1', hash: '1', invitedBy: 'usr_1' },
      { ...invitation, ...at, id: 'inv_2', hash: '2', invitedBy: null },
    ]);
    await undoThrough(dataSource, 'OperatorInvitations1764126000000');
    const left = 'SELECT id, invited_by FROM invitations';
    expect(await dataSource.query(left)).toEqual([{ id: 'inv_1', invited_by: 'usr_1' }]);
    await migrate(dataSource, logger);
    expect(await dataSource.query(left)).toEqual([{ id: 'inv_1', invited_by: 'usr_1' }]);
  }));

it('rows from before credentials kept their makers are of unknown origin, and keep what they had', () =>
  onFreshDatabase(async (dataSource) => {
    await migrate(dataSource, logger);
    await undoThrough(dataSource, 'Provenance1764330000000');
    const at = '2026-01-01 00:00:00.000';
    const insert = (table: string, row: Record<string, unknown>): Promise<unknown> =>
      dataSource.query(
        `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
          .map(() => '?')
          .join(', ')})`,
        Object.values(row),
      );
    const user = { default_company_id: 'com_1', verified: 0, created_at: at, updated_at: at };
    await insert('users', { ...user, id: 'usr_1', email: 'made@acme.example' });
    await insert('users', { ...user, id: 'usr_2', email: 'invited@acme.example' });
    const membership = { user_id: 'usr_1', roles: '[]', created_at: at, updated_at: at };
    await insert('memberships', { ...membership, company_id: 'com_1' });
    await insert('memberships', { ...membership, company_id: 'com_2' });
    const token = { user_id: 'usr_1', name: 'A', created_at: '2025-01-01 00:00:00.000' };
    await insert('personal_tokens', { ...token, id: 'pat_1', hash: '1', prefix: 'eudr_pat_1' });
    await insert('private_tokens', { ...token, id: 'prv_1', hash: '1', company_id: 'com_1', expires_at: at });
    const made = {
      actor_kind: 'operator',
      actor_name: 'command line',
      action: 'user.created',
      target_kind: 'user',
    };
    const entry = { company_id: 'com_1', sequence: 1, id: 'aud_1', at, details: '{}', pepper: '1', mac: '1' };
    await insert('audit_entries', {
      ...entry,
      ...made,
      target_id: 'usr_1',
      target_name: 'made@acme.example',
    });
    await migrate(dataSource, logger);
    expect(await dataSource.query('SELECT made_by, changed_by FROM personal_tokens')).toEqual([
      { made_by: null, changed_by: null },
    ]);
    const bound = await dataSource.query<{ token_id: string; company_id: string }[]>(
      'SELECT token_id, company_id FROM token_companies ORDER BY token_id, company_id',
    );
    expect(bound.map(({ token_id, company_id }) => `${token_id} ${company_id}`)).toEqual([
      'pat_1 com_1',
      'pat_1 com_2',
      'prv_1 com_1',
      'prv_1 com_2',
    ]);
    const verified = await dataSource.query<{ verified: number }[]>('SELECT verified FROM users ORDER BY id');
    expect(verified.map((row) => Number(row.verified))).toEqual([1, 0]);
  }));

it('a migration that was cut off midway is completed by the next start', () =>
  onFreshDatabase(async (dataSource) => {
    await migrate(dataSource, logger);
    for (const table of ['dds_batch', 'dds', 'sync_logs']) await dataSource.query(`DROP TABLE ${table}`);
    await dataSource.query('DELETE FROM migrations');
    await migrate(dataSource, logger);
    expect(await driftOf(dataSource)).toEqual([]);
  }));

it('migrating a database that is up to date changes nothing', () =>
  onFreshDatabase(async (dataSource) => {
    await migrate(dataSource, logger);
    await dataSource.query('UPDATE access_epoch SET epoch = 7 WHERE id = 1');
    await migrate(dataSource, logger);
    expect(await dataSource.query('SELECT id, epoch FROM access_epoch')).toHaveLength(1);
    expect(await dataSource.query('SELECT id FROM access_epoch WHERE epoch = 7')).toHaveLength(1);
  }));

it.each([1, 2, 3])('of several that start at once on an empty database one migrates (round %i)', async () => {
  const env = await emptyDatabase();
  const all = await Promise.all([connect(env), connect(env), connect(env), connect(env)]);
  try {
    await Promise.all(all.map((dataSource) => migrate(dataSource, logger)));
    const [dataSource] = all;
    expect(await dataSource.query('SELECT name FROM migrations')).toHaveLength(
      (SCHEMA.migrations as unknown[]).length,
    );
    expect(await dataSource.query('SELECT id FROM migration_lock')).toEqual([]);
    expect(await driftOf(dataSource)).toEqual([]);
  } finally {
    await Promise.all(all.map((dataSource) => dataSource.destroy()));
  }
});

it('several that look at once whether an empty database is behind all find that it is', async () => {
  const env = await emptyDatabase();
  const all = await Promise.all([connect(env), connect(env), connect(env), connect(env)]);
  try {
    expect(await Promise.all(all.map(isBehind))).toEqual([true, true, true, true]);
  } finally {
    await Promise.all(all.map((dataSource) => dataSource.destroy()));
  }
});

it('a migrator that died with the lock in its hand holds nobody up once its lease has run out', () =>
  onFreshDatabase(async (dataSource) => {
    await givenLock(dataSource, -1);
    await migrate(dataSource, logger);
    expect(await isBehind(dataSource)).toBe(false);
  }));

it('a live lease is waited for until it is given back', () =>
  onFreshDatabase(async (dataSource) => {
    await givenLock(dataSource, 30_000);
    let done = false;
    const migrated = migrate(dataSource, logger).then(() => (done = true));
    await settledOrWaiting(migrated);
    expect([done, await tablesOf(dataSource)]).toEqual([false, []]);
    await dataSource.query("DELETE FROM migration_lock WHERE owner = 'another-process'");
    await migrated;
    expect(await isBehind(dataSource)).toBe(false);
  }));
