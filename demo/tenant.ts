import { BY_OPERATOR } from '../src/audit/audit-context.js';
import type { INestApplicationContext } from '@nestjs/common';
import { SCOPES } from '../src/auth/principal/scopes.js';
import { CompaniesService, slugOf } from '../src/identity/companies/companies.service.js';
import { Integration } from '../src/integrations/integration.entity.js';
import { IntegrationsService } from '../src/integrations/integrations.service.js';
import { TokensService } from '../src/tokens/tokens.service.js';
import { Database, type Tx } from '../src/platform/database/database.js';

export const COMPANY = 'Demo Coffee Imports';
const INTEGRATION = 'Demo ERP';
const TOKEN_DAYS = 7;

/**
 * A fresh token with all scopes for the demo company's ERP, which are made on the first run. Earlier tokens are
 * not kept anywhere, so every run has its own.
 */
export function demoToken(app: INestApplicationContext): Promise<string> {
  return app.get(Database).transaction(async (tx) => {
    const companyId = await demoCompany(app, tx);
    const integrationId = await demoIntegration(app, tx, companyId);
    const input = { integrationId, name: 'demo', scopes: SCOPES, expiresInDays: TOKEN_DAYS };
    return (await app.get(TokensService).issue(tx, input, BY_OPERATOR)).raw;
  });
}

async function demoCompany(app: INestApplicationContext, tx: Tx): Promise<string> {
  const companies = app.get(CompaniesService);
  const company = (await companies.findBySlug(tx, slugOf(COMPANY))) ?? (await companies.create(tx, COMPANY));
  return company.id;
}

async function demoIntegration(app: INestApplicationContext, tx: Tx, companyId: string): Promise<string> {
  const input = { companyId, name: INTEGRATION };
  const found = await tx.manager.findOne(Integration, { where: input, order: { id: 'ASC' } });
  if (found) return found.id;
  return (await app.get(IntegrationsService).create(tx, { ...input, type: 'CUSTOM' }, BY_OPERATOR)).id;
}
