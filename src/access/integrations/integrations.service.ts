import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/database/database.js';
import { newId } from '../../platform/ids/ids.js';
import { AccessEpoch } from '../auth/access-epoch.js';
import { Integration, type IntegrationStatus, type IntegrationType } from './integration.entity.js';
import { IntegrationErrors } from './integrations.errors.js';

export interface NewIntegration {
  companyId: string;
  name: string;
  type: IntegrationType;
}

/** Connects a company's systems, and cuts them off. */
@Injectable()
export class IntegrationsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AccessEpoch) private readonly epoch: AccessEpoch,
  ) {}

  async create(tx: Tx, wanted: NewIntegration): Promise<Integration> {
    const now = new Date();
    const integration = tx.manager.create(Integration, {
      ...wanted,
      id: newId('int'),
      status: 'ACTIVE',
      rateLimitPerMinute: null,
      createdAt: now,
      updatedAt: now,
    });
    await tx.manager.insert(Integration, integration);
    return integration;
  }

  /**
   * Activates or deactivates an integration; its tokens stop or start working with it, everywhere within a
   * second.
   * @throws NOT_FOUND
   */
  setStatus(id: string, status: IntegrationStatus): Promise<Integration> {
    return this.database.transaction(async (tx) => {
      const { affected } = await tx.manager.update(Integration, { id }, { status, updatedAt: new Date() });
      if (!affected) throw IntegrationErrors.notFound.error();
      const changed = await tx.manager.findOneByOrFail(Integration, { id });
      await this.epoch.raise(tx);
      return changed;
    });
  }
}
