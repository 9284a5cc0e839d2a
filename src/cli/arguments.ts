import { text } from 'node:stream/consumers';
import type { INestApplicationContext } from '@nestjs/common';
import { InvalidArgumentError } from 'commander';
import { Company } from '../access/companies/company.entity.js';
import { Database } from '../platform/database/database.js';

/** A day or a moment given as an argument. */
export function moment(text: string): Date {
  const time = new Date(/^\d{4}-\d\d-\d\d(T.+(Z|[+-]\d\d:\d\d))?$/.test(text) ? text : NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Give a day or a moment, such as 2026-01-31 or 2026-01-31T12:00:00Z.');
  return time;
}

/** A name given as an argument. */
export function nonEmpty(name: string): string {
  if (name.trim() === '' || name.length > 255) throw new InvalidArgumentError('Give 1 to 255 characters.');
  return name;
}

/** The password that `--password-stdin` reads: all of standard input, but for the line break that ends it. */
export async function passwordFromInput(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/** The id of a company that was named by id or slug. @throws where there is none. */
export async function companyId(app: INestApplicationContext, idOrSlug: string): Promise<string> {
  const company = await app
    .get(Database)
    .read((manager) => manager.findOneBy(Company, [{ id: idOrSlug }, { slug: idOrSlug }]));
  if (!company) throw new Error(`There is no company ${idOrSlug}.`);
  return company.id;
}
