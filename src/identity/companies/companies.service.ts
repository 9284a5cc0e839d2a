import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/database/database.js';
import { raceOnDuplicate } from '../../platform/database/database-errors.js';
import { newId } from '../../platform/ids/ids.js';
import type { Page, PageRequest } from '../../platform/paging/page.js';
import { idKey, readEntities } from '../../platform/paging/read-page.js';
import { Company, COMPANY_ID_PREFIX } from './company.entity.js';

const MAX_SLUG = 60;
/** Includes the number that distinguishes companies of the same name. */
const MAX_NUMBERED_SLUG = 80;

/** Creates and lists companies. */
@Injectable()
export class CompaniesService {
  constructor(private readonly database: Database) {}

  /** Creates a company. The slug is its name in lower-case ASCII, with a number if that is taken. */
  async create(tx: Tx, name: string): Promise<Company> {
    const slug = await this.freeSlug(tx, slugOf(name));
    const company = tx.manager.create(Company, {
      id: newId(COMPANY_ID_PREFIX),
      name,
      slug,
      createdAt: new Date(),
    });
    await tx.manager.insert(Company, company).catch(raceOnDuplicate);
    return company;
  }

  async findBySlug(tx: Tx, slug: string): Promise<Company | null> {
    return tx.manager.findOneBy(Company, { slug });
  }

  /** Lists all companies, oldest first. */
  list(request: PageRequest): Promise<Page<Company>> {
    const listing = { from: 'companies', where: '1 = 1', values: [], keys: [idKey('id', COMPANY_ID_PREFIX)] };
    return readEntities(this.database, Company, listing, request);
  }

  private async freeSlug(tx: Tx, input: string): Promise<string> {
    for (let number = 1; ; number += 1) {
      const slug = number === 1 ? input : `${input}-${number}`;
      if (!(await tx.manager.existsBy(Company, { slug }))) return slug;
    }
  }
}

/** Whether a text has the form of a slug. The database is never asked for other text. */
export function isSlug(text: string): boolean {
  return text.length <= MAX_NUMBERED_SLUG && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** Converts `Café Ñandú S.A.` to `cafe-nandu-s-a`. */
export function slugOf(name: string): string {
  const ascii = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = ascii.replace(/[^a-z0-9]+/g, '-').slice(0, MAX_SLUG);
  return slug.replace(/^-|-$/g, '') || 'company';
}
