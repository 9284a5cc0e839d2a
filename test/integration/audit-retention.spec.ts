import { randomBytes } from 'node:crypto';
import type { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/platform/ids/ids.js';
import { act, type Audit, auditOn, givenActs, problem } from '../support/app/audit.js';
import { type OpenDatabase, openDatabase } from '../support/databases/open-database.js';
import { FIRST_PAGE } from '../support/paging/pages.js';

const pepper = randomBytes(32);

let open: OpenDatabase;
let database: Database;
let audit: Audit;
let companyId: string;
beforeAll(async () => {
  open = await openDatabase();
  ({ database } = open);
});
afterAll(() => open.close());
beforeEach(async () => {
  for (const table of ['audit_entries', 'audit_heads', 'audit_checkpoints'])
    await database.write(`DELETE FROM ${table}`);
  audit = auditOn(database, pepper);
  companyId = newId('com');
});

/** A moment after all that was written so far, and before all that will be. */
async function aMomentLater(): Promise<Date> {
  const moment = new Date(Date.now() + 1);
  while (Date.now() < moment.getTime()) await Promise.resolve();
  return moment;
}

/** Sweeps to the end of a round. @returns the number of steps that found something. */
async function sweepAll(before: Date): Promise<number> {
  for (let steps = 0; ; steps += 1) if ((await audit.retention.sweep(before)) === 0) return steps;
}

async function givenMany(howMany: number): Promise<void> {
  const many = Array.from({ length: howMany }, () => act(companyId));
  await database.transaction((tx) => audit.log.recordMany(tx, many));
}

const verdict = (entries: number, from: number | null, to: number | null) => ({
  companyId,
  entries,
  from,
  to,
  problems: [],
});

it('the sweep of the audit log forgets what is too old, and what is kept verifies', async () => {
  await givenActs(audit, database, companyId, 5);
  const before = await aMomentLater();
  await givenActs(audit, database, companyId, 3);
  await sweepAll(before);
  expect(await audit.verifier.verify(companyId)).toEqual(verdict(3, 6, 8));
  expect((await audit.reader.page(companyId, {}, FIRST_PAGE)).total).toBe(3);
  expect(await sweepAll(before)).toBe(0);
});

it('the sweep of the audit log goes in steps of at most 500', async () => {
  await givenMany(1_001);
  const before = await aMomentLater();
  const left: number[] = [];
  while ((await audit.retention.sweep(before)) > 0)
    left.push((await audit.reader.page(companyId, {}, FIRST_PAGE)).total);
  expect(left).toEqual([501, 1, 0]);
});

it('a log of which all was forgotten verifies, and goes on with the next number', async () => {
  await givenActs(audit, database, companyId, 3);
  await sweepAll(await aMomentLater());
  expect(await audit.verifier.verify(companyId)).toEqual(verdict(0, null, null));
  await givenActs(audit, database, companyId, 2);
  expect(await audit.verifier.verify(companyId)).toEqual(verdict(2, 4, 5));
  await sweepAll(await aMomentLater());
  await givenActs(audit, database, companyId, 1);
  expect(await audit.verifier.verify(companyId)).toEqual(verdict(1, 6, 6));
});

it('what is missing after the checkpoint, or lies before it, is found', async () => {
  await givenActs(audit, database, companyId, 3);
  const before = await aMomentLater();
  await givenActs(audit, database, companyId, 3);
  await sweepAll(before);
  await database.write('UPDATE audit_entries SET sequence = 2 WHERE company_id = ? AND sequence = 4', [
    companyId,
  ]);
  const { problems } = await audit.verifier.verify(companyId);
  expect(problems).toEqual([problem('before_start', 2), problem('missing', 4)]);
});

it('a deleted head does not let a log begin anew', async () => {
  await givenActs(audit, database, companyId, 3);
  await sweepAll(await aMomentLater());
  await database.write('DELETE FROM audit_heads WHERE company_id = ?', [companyId]);
  await givenActs(audit, database, companyId, 1);
  const { from, problems } = await audit.verifier.verify(companyId);
  expect([from, problems]).toEqual([4, [problem('head_found_unsound', 4)]]);
});

it('entries that are not sound stay, with all that follow them, and the sweep says so once', async () => {
  await givenActs(audit, database, companyId, 6);
  await database.write("UPDATE audit_entries SET action = 'x' WHERE company_id = ? AND sequence = 3", [
    companyId,
  ]);
  const before = await aMomentLater();
  await sweepAll(before);
  await sweepAll(before);
  expect(await audit.verifier.verify(companyId)).toEqual({
    ...verdict(4, 3, 6),
    problems: [problem('changed', 3)],
  });
  expect(audit.warnings).toHaveLength(1);
  expect(audit.warnings[0]).toContain(companyId);
});

it('an entry that was made to look old is not forgotten', async () => {
  const before = await aMomentLater();
  await givenActs(audit, database, companyId, 2);
  await database.write("UPDATE audit_entries SET at = '2001-01-01 00:00:00.000' WHERE company_id = ?", [
    companyId,
  ]);
  await sweepAll(before);
  expect((await audit.verifier.verify(companyId)).problems).toEqual([problem('changed', 1, 2)]);
});

it('a company whose log is not sound does not keep others from being swept', async () => {
  const companies = [companyId, newId('com'), newId('com')];
  for (const id of companies) await givenActs(audit, database, id, 2);
  await database.write("UPDATE audit_entries SET action = 'x' WHERE company_id = ?", [
    companies[0] as string,
  ]);
  await sweepAll(await aMomentLater());
  const left = companies.map(async (id) => (await audit.verifier.verify(id)).entries);
  expect(await Promise.all(left)).toEqual([2, 0, 0]);
});

it('two sweeps at once cut once, and sign what they cut', async () => {
  await givenMany(600);
  const before = await aMomentLater();
  await givenActs(audit, database, companyId, 1);
  const other = auditOn(database, pepper);
  await Promise.all([sweepAll(before), other.retention.sweep(before), other.retention.sweep(before)]);
  await sweepAll(before);
  expect(await audit.verifier.verify(companyId)).toEqual(verdict(1, 601, 601));
  expect([...audit.warnings, ...other.warnings]).toEqual([]);
});

it('a log that is swept while it is verified is sound', async () => {
  await givenMany(2_500);
  const before = await aMomentLater();
  const pages: number[] = [];
  const swept = Object.assign(Object.create(database) as Database, {
    select: async <Row>(...statement: Parameters<Database['select']>): Promise<Row[]> => {
      if (pages.length === 1) await sweepAll(before);
      return database.select<Row>(...statement);
    },
  });
  const verifier = auditOn(swept, pepper).verifier;
  const { problems } = await verifier.verify(companyId, (entries) => pages.push(entries));
  expect(problems).toEqual([]);
  expect(pages).toEqual([1_000]);
});
