import { randomBytes } from 'node:crypto';
import { BY_OPERATOR } from '../src/audit/audit-context.js';
import type { INestApplicationContext } from '@nestjs/common';
import { PersonalTokensService } from '../src/credentials/personal-tokens/personal-tokens.service.js';
import { PasswordChangeService } from '../src/identity/sessions/password-change.service.js';
import { UsersService } from '../src/identity/users/users.service.js';
import { DAY_MS } from '../src/platform/values/time.js';
import { SCOPES } from '../src/auth/principal/scopes.js';
import { CompaniesService, slugOf } from '../src/identity/companies/companies.service.js';
import { Integration } from '../src/integrations/integration.entity.js';
import { IntegrationsService } from '../src/integrations/integrations.service.js';
import { TokensService } from '../src/tokens/tokens.service.js';
import { Database, type Tx } from '../src/platform/database/database.js';

export const COMPANY = 'Demo Coffee Imports';
const INTEGRATION = 'Demo ERP';
const ADMINISTRATOR = 'admin@demo-coffee-imports.example';
const PASSWORD_BYTES = 12;
export const TOKEN_DAYS = 7;

/** Whom the demo's calls are made as. */
export interface DemoCredentials {
  /** The integration token of the ERP. */
  token: string;
  /** The personal token of the administrator. */
  personalToken: string;
  email: string;
  password: string;
}

/** Fresh credentials, of a company, an integration and an administrator that are made on the first run. */
export async function demoCredentials(app: INestApplicationContext): Promise<DemoCredentials> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const token = await demoToken(app);
  const userId = await administrator(app, password);
  const input = { name: 'demo', expiresAt: new Date(Date.now() + TOKEN_DAYS * DAY_MS) };
  const { raw } = await app
    .get(Database)
    .transaction((tx) => app.get(PersonalTokensService).issue(tx, userId, input, BY_OPERATOR));
  return { token, personalToken: raw, email: ADMINISTRATOR, password };
}

/** The administrator's id. Their password of an earlier run is not kept anywhere, so they get another one. */
async function administrator(app: INestApplicationContext, password: string): Promise<string> {
  if (await app.get(UsersService).findByEmail(ADMINISTRATOR))
    return (await app.get(PasswordChangeService).reset(ADMINISTRATOR, password, BY_OPERATOR)).id;
  return app.get(Database).transaction(async (tx) => {
    const companyId = await demoCompany(app, tx);
    const input = { email: ADMINISTRATOR, password, companyId, roles: ['ROLE_ADMIN'] as const };
    return (await app.get(UsersService).create(tx, input, BY_OPERATOR)).id;
  });
}

/**
 * A fresh token with all scopes for the demo company's ERP, which are made on the first run. Earlier tokens are
 * not kept anywhere, so every run has its own.
 */
function demoToken(app: INestApplicationContext): Promise<string> {
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
