import { text } from 'node:stream/consumers';
import type { INestApplicationContext } from '@nestjs/common';
import { InvalidArgumentError } from 'commander';
import { Company, COMPANY_ID_PREFIX } from '../identity/companies/company.entity.js';
import { Database } from '../platform/database/database.js';
import { terminal } from './terminal.js';
import { type IdKind, requireId } from '../platform/http/id-param.js';
import { parseInstant } from '../platform/http/validation.js';
import { nameProblem } from '../platform/values/name.js';
import { isId } from '../platform/ids/ids.js';
import { isSlug } from '../identity/companies/companies.service.js';

/** Parses a day or a time in an argument; without an offset it is in UTC. */
export function moment(text: string): Date {
  const time = parseInstant(text);
  if (!time)
    throw new InvalidArgumentError('Must be a day or a time, such as 2026-01-31 or 2026-01-31T12:00:00Z.');
  return time;
}

/** Parses a future day or time in an argument. */
export function parseFutureTime(text: string): Date {
  const time = moment(text);
  if (time.getTime() <= Date.now()) throw new InvalidArgumentError('Must be in the future.');
  return time;
}

/**
 * Parses an id in an argument.
 * @throws the `notFound` error of its kind if the form is wrong
 */
export function idOf(kind: IdKind): (text: string) => string {
  return (text) => requireId(kind, text);
}

/** Parses a name in an argument. */
export function nonEmpty(name: string): string {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new InvalidArgumentError(`The name ${problem}.`);
  return name;
}

/** Reads the password for `--password-stdin`: all of standard input, without the final line break. */
export async function passwordFromInput(): Promise<string> {
  return (await text(terminal().input)).replace(/\r?\n$/, '');
}

/**
 * Returns the id of a company by its id or slug.
 * @throws {Error} if there is none
 */
export async function companyId(app: INestApplicationContext, idOrSlug: string): Promise<string> {
  const where = isId(COMPANY_ID_PREFIX, idOrSlug) ? { id: idOrSlug } : isSlug(idOrSlug) && { slug: idOrSlug };
  const company = where && (await app.get(Database).read((manager) => manager.findOneBy(Company, where)));
  if (!company) throw new Error(`There is no company ${idOrSlug}.`);
  return company.id;
}
