import { command } from '../../support/app/commands.js';
import type { NewAuditEntry } from '../../../src/audit/audit-actions.js';
import { AuditLog } from '../../../src/audit/audit-log.js';
import { CompaniesService } from '../../../src/identity/companies/companies.service.js';
import type { Tx } from '../../../src/platform/database/database.js';
import { startApp, type TestApp } from '../../support/app/app.js';
import { act, problem } from '../../support/app/audit.js';

interface Founded {
  companyId: string;
  slug: string;
}

let app: TestApp;
let acme: Founded;
let other: Founded;
beforeAll(async () => {
  app = await startApp();
  acme = await founded();
  other = await founded();
  for (const companyId of [acme.companyId, acme.companyId, acme.companyId, other.companyId])
    await record(act(companyId));
});
afterAll(() => app.close());

let serial = 0;

/** A company of which nothing is logged yet. */
async function founded(): Promise<Founded> {
  const name = `Company ${(serial += 1)}`;
  const create = (tx: Tx) => app.nest.get(CompaniesService).create(tx, name);
  const { id: companyId, slug } = await app.database.transaction(create);
  return { companyId, slug };
}

const record = (entry: NewAuditEntry): Promise<void> =>
  app.database.transaction((tx) => app.nest.get(AuditLog).record(tx, entry));

const sound = (companyId: string, entries: number) => ({
  companyId,
  entries,
  from: 1,
  to: entries,
  problems: [],
});

const byCompany = (one: { companyId: string }, next: { companyId: string }): number =>
  one.companyId < next.companyId ? -1 : 1;

describe('audit:verify', () => {
  it('says of all companies that their logs are whole', async () => {
    const { code, stdout, stderr } = await command(app.env, 'audit:verify', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      sound: true,
      companies: [sound(acme.companyId, 3), sound(other.companyId, 1)].sort(byCompany),
    });
  });

  it('takes one company by its id or slug', async () => {
    for (const name of [acme.companyId, acme.slug]) {
      const { code, stdout } = await command(app.env, 'audit:verify', '--company', name);
      expect([code, stdout]).toEqual([0, `${acme.companyId}  sound  3 entries, 1 to 3\n`]);
    }
  });

  it('ends with exit code 3 where a log is not whole, and says where', async () => {
    const { companyId } = await founded();
    for (let n = 0; n < 3; n += 1) await record(act(companyId));
    await app.database.write('DELETE FROM audit_entries WHERE company_id = ? AND sequence = 2', [companyId]);
    const { code, stdout } = await command(app.env, 'audit:verify', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      sound: false,
      companies: expect.arrayContaining([
        { companyId, entries: 2, from: 1, to: 3, problems: [problem('missing', 2)] },
        sound(other.companyId, 1),
      ]),
    });
    const told = await command(app.env, 'audit:verify', '--company', companyId);
    expect([told.code, told.stdout]).toEqual([
      3,
      `${companyId}  NOT SOUND  2 entries, 1 to 3\n  2: deleted\n`,
    ]);
  });

  it('fails with a clear sentence for a company that is not there', async () => {
    const { code, stdout, stderr } = await command(app.env, 'audit:verify', '--company', 'nobody', '--json');
    expect([code, stdout, stderr]).toEqual([1, '', 'There is no company nobody.\n']);
  });
});

describe('audit:export', () => {
  const exported = async (...args: string[]): Promise<Record<string, unknown>[]> => {
    const { code, stdout, stderr } = await command(app.env, 'audit:export', ...args);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };

  it('prints the log of a company, one JSON object a line, the oldest first', async () => {
    const entries = await exported('--company', acme.slug);
    expect(entries).toMatchObject([1, 2, 3].map((sequence) => ({ sequence, action: 'token.created' })));
    expect(Object.keys(entries[0] ?? {})).toEqual([
      ...[
        'id',
        'sequence',
        'at',
        'actor',
        'action',
        'target',
        'address',
        'requestId',
        'credential',
        'details',
        'pepper',
      ],
      'mac',
    ]);
  });

  it('prints only what is asked for', async () => {
    const { companyId } = await founded();
    await record(act(companyId));
    await record(act(companyId, { action: 'token.revoked' }));
    const sequences = async (...args: string[]) =>
      (await exported('--company', companyId, ...args)).map(({ sequence }) => sequence);
    expect(await sequences('--action', 'token.revoked')).toEqual([2]);
    expect(await sequences('--actor', 'nobody@acme.example')).toEqual([]);
    expect(await sequences('--since', '2026-01-01', '--until', '9999-12-31T00:00:00Z')).toEqual([1, 2]);
    expect(await sequences('--until', '2026-01-01')).toEqual([]);
  });

  it.each([
    ['a time that is none', ['--since', 'yesterday'], /2026-01-31/],
    [
      'a window the wrong way round',
      ['--since', '2026-01-02', '--until', '2026-01-01'],
      /later than --since/,
    ],
    ['an act that is none', ['--action', 'token.eaten'], /token\.created/],
  ])('refuses %s', async (_what, args, complaint) => {
    const { code, stdout, stderr } = await command(app.env, 'audit:export', '--company', acme.slug, ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(complaint);
  });
});
