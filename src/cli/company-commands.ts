import type { Command } from 'commander';
import { CompaniesService } from '../identity/companies/companies.service.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { allRows, printTable } from './output.js';

/** Adds the commands for companies. */
export function addCompanyCommands(program: Command): void {
  declare(program, 'Set-up', 'company:list')
    .description('list companies')
    .addOption(jsonOption())
    .action(listCompanies);
}

async function listCompanies(options: JsonOptions): Promise<void> {
  const companies = await withApp({}, (app) => allRows((request) => app.get(CompaniesService).list(request)));
  const lines = companies.map(({ id, slug, name, createdAt }) => ({
    id,
    slug,
    name,
    created: createdAt.toISOString(),
  }));
  printTable(options, companies, lines);
}
