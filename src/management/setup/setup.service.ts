import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { BY_OPERATOR } from '../../audit/audit-context.js';
import { SCOPES } from '../../auth/principal/scopes.js';
import { CompaniesService } from '../../identity/companies/companies.service.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { UsersService } from '../../identity/users/users.service.js';

/** What a new tenant needs to make its first call. */
export interface Setup {
  companyId: string;
  slug: string;
  integrationId: string;
  /** The raw token, with all scopes: shown here only. */
  token: string;
  /** The first administrator, where one was asked for. */
  userId?: string;
}

/** Who administers a new tenant. */
export interface FirstAdministrator {
  email: string;
  password: string;
}

/** Sets up a tenant in one transaction: company, first integration, first token, and its administrator. */
@Injectable()
export class SetupService {
  constructor(
    private readonly database: Database,
    private readonly companies: CompaniesService,
    private readonly integrations: IntegrationsService,
    private readonly tokens: TokensService,
    private readonly users: UsersService,
  ) {}

  /** @throws CONFLICT for an address that has an account, VALIDATION_ERROR for a bad address or password. */
  bootstrap(companyName: string, administrator?: FirstAdministrator): Promise<Setup> {
    return this.database.transaction(async (tx) => {
      const company = await this.companies.create(tx, companyName);
      const first = { companyId: company.id, name: 'Default', type: 'API_TOKEN' } as const;
      const integration = await this.integrations.create(tx, first, BY_OPERATOR);
      const input = { integrationId: integration.id, name: 'bootstrap', scopes: SCOPES };
      const { raw } = await this.tokens.issue(tx, input, BY_OPERATOR);
      const setup = { companyId: company.id, slug: company.slug, integrationId: integration.id, token: raw };
      if (!administrator) return setup;
      const admin = { ...administrator, companyId: company.id, roles: ['ROLE_ADMIN'] as const };
      return { ...setup, userId: (await this.users.create(tx, admin, BY_OPERATOR)).id };
    });
  }
}
