import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { type Command, CommanderError, Option } from 'commander';
import { AUDIT_ACTIONS } from '../audit/audit-actions.js';
import { type AuditProblem, type AuditVerdict, PROBLEM_TEXTS } from '../audit/audit-problems.js';
import { type AuditFilter, AuditReader } from '../audit/audit-reader.js';
import type { AuditRecord } from '../audit/audit-rows.js';
import { AuditVerifier } from '../audit/audit-verifier.js';
import { companyId, moment } from './arguments.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { print } from './output.js';
import { terminal } from './terminal.js';

const UNSOUND_EXIT_CODE = 3;
const BETWEEN_REPORTS_MS = 5_000;

/** Adds the commands for the audit log. */
export function addAuditCommands(program: Command): void {
  declare(program, 'Audit', 'audit:verify', '--company acme')
    .description('check that no audit entry was changed or removed; exit code 3 if one was')
    .option('--company <id or slug>', 'only of this company')
    .addOption(jsonOption())
    .action(verify);
  declare(program, 'Audit', 'audit:export', '--company acme --since 2026-01-01 > audit.ndjson')
    .description('print the audit log of a company, the oldest entry first, one JSON object a line')
    .requiredOption('--company <id or slug>', 'whose')
    .option('--since <time>', 'from this day or moment on (ISO 8601, UTC unless it says otherwise)', moment)
    .option('--until <time>', 'only before this day or moment', moment)
    .option('--actor <id or name>', 'only what they did')
    .option('--target <id or name>', 'only what was done to it')
    .addOption(new Option('--action <action>', 'only this act').choices(AUDIT_ACTIONS))
    .action(({ company, ...filter }: AuditFilter & { company: string }) => {
      requireWindow(filter);
      return withApp({}, (app) => exportTo(terminal().output, app, company, filter));
    });
}

function requireWindow({ since, until }: AuditFilter): void {
  if (since && until && until <= since) throw new Error('--until must be later than --since.');
}

async function verify(options: JsonOptions & { company?: string }): Promise<void> {
  const verdicts = await withApp({}, (app) => verdictsOf(app, options.company));
  const sound = verdicts.every(({ problems }) => problems.length === 0);
  print(
    options,
    { sound, companies: verdicts },
    verdicts.flatMap(linesOf).join('\n') || 'There is no company.',
  );
  if (!sound) throw new CommanderError(UNSOUND_EXIT_CODE, 'unsound', 'The audit log is not whole.');
}

async function verdictsOf(app: INestApplicationContext, company?: string): Promise<AuditVerdict[]> {
  const verifier = app.get(AuditVerifier);
  const ids = company === undefined ? await verifier.companies() : [await companyId(app, company)];
  const verdicts: AuditVerdict[] = [];
  const onPage = progress();
  for (const id of ids) verdicts.push(await verifier.verify(id, (entries) => onPage(id, entries)));
  return verdicts;
}

/** Reports the progress of long work on standard error from time to time. */
function progress(): (id: string, entries: number) => void {
  let toldAt = performance.now();
  return (id, entries) => {
    if (performance.now() - toldAt < BETWEEN_REPORTS_MS) return;
    toldAt = performance.now();
    terminal().errors.write(`${id}: ${entries} entries so far\n`);
  };
}

async function exportTo(
  output: NodeJS.WritableStream,
  app: INestApplicationContext,
  company: string,
  filter: AuditFilter,
): Promise<void> {
  const records = app.get(AuditReader).export(await companyId(app, company), filter);
  await pipeline(Readable.from(ndjson(records)), output, { end: false });
}

async function* ndjson(records: AsyncGenerator<AuditRecord>): AsyncGenerator<string, void, undefined> {
  for await (const record of records) yield `${JSON.stringify(record)}\n`;
}

function linesOf({ companyId: id, entries, from, to, problems }: AuditVerdict): string[] {
  const range = entries === 0 ? 'no entries' : `${entries} entries, ${from} to ${to}`;
  const state = problems.length === 0 ? 'sound' : 'NOT SOUND';
  return [`${id}  ${state}  ${range}`, ...problems.map(problemLine)];
}

function problemLine({ sequence, through, what }: AuditProblem): string {
  const where = through === sequence ? `${sequence}` : `${sequence} to ${through}`;
  return `  ${where}: ${PROBLEM_TEXTS[what]}`;
}
