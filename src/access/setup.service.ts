import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { BY_OPERATOR } from './audit/act.js';
import { SCOPES } from './auth/scopes.js';
import { CompaniesService } from './companies/companies.service.js';
import { IntegrationsService } from './integrations/integrations.service.js';
import { TokensService } from './tokens/tokens.service.js';

/** What a new tenant needs to make its first call. */
export interface Setup {
  companyId: string;
  slug: string;
  integrationId: string;
  /** The raw token, with all scopes: shown here only. */
  token: string;
}

/** Sets up a tenant in one transaction: company, first integration, first token. */
@Injectable()
export class SetupService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CompaniesService) private readonly companies: CompaniesService,
    @Inject(IntegrationsService) private readonly integrations: IntegrationsService,
    @Inject(TokensService) private readonly tokens: TokensService,
  ) {}

  bootstrap(companyName: string): Promise<Setup> {
    return this.database.transaction(async (tx) => {
      const company = await this.companies.create(tx, companyName);
      const first = { companyId: company.id, name: 'Default', type: 'API_TOKEN' } as const;
      const integration = await this.integrations.create(tx, first, BY_OPERATOR);
      const wanted = { integrationId: integration.id, name: 'bootstrap', scopes: SCOPES };
      const { raw } = await this.tokens.issue(tx, wanted, BY_OPERATOR);
      return { companyId: company.id, slug: company.slug, integrationId: integration.id, token: raw };
    });
  }
}
