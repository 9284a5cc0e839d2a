import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { BY_OPERATOR } from '../../audit/audit-context.js';
import { SCOPES } from '../../auth/principal/scopes.js';
import { CompaniesService } from '../../identity/companies/companies.service.js';
import { IntegrationsService } from '../../integrations/integrations.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { UsersService } from '../../identity/users/users.service.js';

/** What a new company needs for its first call. */
export interface Setup {
  companyId: string;
  slug: string;
  integrationId: string;
  /** The raw token with all scopes, which only this response contains. */
  token: string;
  /** The first administrator, if requested. */
  userId?: string;
}

/** The first administrator of a new company. */
export interface FirstAdministrator {
  email: string;
  password: string;
}

/** Creates a company with its first integration, token and administrator in one transaction. */
@Injectable()
export class SetupService {
  constructor(
    private readonly database: Database,
    private readonly companies: CompaniesService,
    private readonly integrations: IntegrationsService,
    private readonly tokens: TokensService,
    private readonly users: UsersService,
  ) {}

  /**
   * @throws CONFLICT if the email address has an account
   * @throws VALIDATION_ERROR for an invalid address or password
   */
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
