import type { Command } from 'commander';
import type { Integration, IntegrationStatus } from '../integrations/integration.entity.js';
import { INTEGRATION_ID } from '../integrations/integrations.errors.js';
import { IntegrationsService } from '../integrations/integrations.service.js';
import { companyId, idOf } from './arguments.js';
import { declare, type JsonOptions, jsonOption } from './command.js';
import { withApp } from './context.js';
import { allRows, print, printTable } from './output.js';

/** Adds the commands for integrations. */
export function addIntegrationCommands(program: Command): void {
  declare(program, 'Set-up', 'integration:list', '--company acme')
    .description('list the integrations of a company')
    .requiredOption('--company <id or slug>', 'the company')
    .addOption(jsonOption())
    .action(listIntegrations);
  for (const [verb, status] of [
    ['activate', 'ACTIVE'],
    ['deactivate', 'INACTIVE'],
  ] as const) {
    declare(program, 'Set-up', `integration:${verb}`, 'int_01kan2x5v6fkrb3m1s3c1v9y7t')
      .description(`${verb} an integration and with it all its tokens`)
      .argument('<id>', 'id of the integration, int_…', idOf(INTEGRATION_ID))
      .addOption(jsonOption())
      .action((id: string, options: JsonOptions) => setStatus(id, status, options));
  }
}

async function listIntegrations({ company, ...options }: JsonOptions & { company: string }): Promise<void> {
  const integrations = await withApp({}, async (app) => {
    const owner = await companyId(app, company);
    return allRows((request) => app.get(IntegrationsService).list(owner, request));
  });
  const lines = integrations.map(({ id, name, type, status, createdAt }) => ({
    id,
    name,
    type,
    status,
    created: createdAt.toISOString(),
  }));
  printTable(options, integrations.map(shown), lines);
}

async function setStatus(id: string, status: IntegrationStatus, options: JsonOptions): Promise<void> {
  const integration = await withApp({}, (app) => app.get(IntegrationsService).setStatus(id, status));
  const { companyId: owner, name, type } = integration;
  print(options, { id, companyId: owner, name, type, status }, `${id} (${name}) is ${status}.`);
}

function shown({ id, companyId: owner, name, type, status, createdAt }: Integration): object {
  return { id, companyId: owner, name, type, status, createdAt };
}
