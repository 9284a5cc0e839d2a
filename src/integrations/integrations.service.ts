import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { requireRoom } from '../platform/database/cap.js';
import { type EntityManager, IsNull } from 'typeorm';
import { Database, type Tx } from '../platform/database/database.js';
import { dialect } from '../platform/database/dialect.js';
import { newId } from '../platform/ids/ids.js';
import type { Page, PageRequest } from '../platform/paging/page.js';
import { idKey, readEntities } from '../platform/paging/read-page.js';
import { type AuditContext, BY_OPERATOR } from '../audit/audit-context.js';
import type { AuditAction } from '../audit/audit-actions.js';
import { AuditLog } from '../audit/audit-log.js';
import { RevocationEpoch } from '../auth/credentials/revocation-epoch.js';
import {
  Integration,
  type IntegrationStatus,
  type IntegrationType,
  type SyncMethod,
  INTEGRATION_ID_PREFIX,
} from './integration.entity.js';
import { IntegrationHooks } from './integration-hooks.js';
import { IntegrationErrors } from './integrations.errors.js';

export interface NewIntegration {
  companyId: string;
  name: string;
  type: IntegrationType;
  /** Default: `PUSH`. */
  syncMethod?: SyncMethod;
}

export type IntegrationChange = Partial<Pick<Integration, 'name' | 'type' | 'syncMethod'>>;

/** Creates, changes and deletes the integrations of companies. */
@Injectable()
export class IntegrationsService {
  constructor(
    private readonly database: Database,
    private readonly epoch: RevocationEpoch,
    private readonly hooks: IntegrationHooks,
    private readonly audit: AuditLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @throws DUPLICATE_NAME
   * @throws LIMIT_REACHED
   */
  async create(tx: Tx, input: NewIntegration, by: AuditContext): Promise<Integration> {
    await requireFreeName(tx, input.companyId, input.name);
    await requireRoom(tx, {
      limit: this.config.MAX_INTEGRATIONS,
      lock: { table: 'companies', id: input.companyId },
      counted: 'FROM integrations WHERE company_id = ? AND deleted_at IS NULL',
      values: [input.companyId],
    });
    const now = new Date();
    const integration = tx.manager.create(Integration, {
      syncMethod: 'PUSH',
      ...input,
      id: newId(INTEGRATION_ID_PREFIX),
      status: 'ACTIVE',
      rateLimitPerMinute: null,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    });
    await tx.manager.insert(Integration, integration);
    await this.record(tx, by, 'integration.created', integration, { type: input.type });
    return integration;
  }

  /** Lists a company's integrations, oldest first. */
  list(companyId: string, request: PageRequest): Promise<Page<Integration>> {
    const listing = {
      from: `integrations ${dialect.useIndex('ix_integrations_live')}`,
      where: 'company_id = ? AND deleted_at IS NULL',
      values: [companyId],
      keys: [idKey('id', INTEGRATION_ID_PREFIX)],
    };
    return readEntities(this.database, Integration, listing, request);
  }

  /** @throws NOT_FOUND also for another company's integration */
  find(companyId: string, id: string): Promise<Integration> {
    return this.database.read((manager) => findIn(manager, companyId, id));
  }

  /**
   * @throws NOT_FOUND
   * @throws DUPLICATE_NAME
   */
  async change(
    tx: Tx,
    companyId: string,
    id: string,
    change: IntegrationChange,
    by: AuditContext,
  ): Promise<Integration> {
    if (change.name !== undefined) await requireFreeName(tx, companyId, change.name, id);
    await findIn(tx.manager, companyId, id);
    await tx.manager.update(Integration, { id }, { ...change, updatedAt: new Date() });
    const changed = await findIn(tx.manager, companyId, id);
    await this.record(tx, by, 'integration.changed', changed, { ...change });
    await this.epoch.bump(tx);
    return changed;
  }

  /**
   * Activates or deactivates an integration. Its tokens start or stop working with it, everywhere within a
   * second.
   * @throws NOT_FOUND also for another company's integration
   */
  async switch(
    tx: Tx,
    companyId: string,
    id: string,
    status: IntegrationStatus,
    by: AuditContext,
  ): Promise<Integration> {
    await findIn(tx.manager, companyId, id);
    await tx.manager.update(Integration, { id }, { status, updatedAt: new Date() });
    const switched = await findIn(tx.manager, companyId, id);
    const action = status === 'ACTIVE' ? 'integration.activated' : 'integration.deactivated';
    await this.record(tx, by, action, switched);
    await this.epoch.bump(tx);
    return switched;
  }

  /**
   * Activates or deactivates an integration of any company, on behalf of the operator.
   * @throws NOT_FOUND
   */
  setStatus(id: string, status: IntegrationStatus): Promise<Integration> {
    return this.database.transaction(async (tx) => {
      const integration = await tx.manager.findOneBy(Integration, { id });
      if (!integration) throw IntegrationErrors.notFound.error();
      return this.switch(tx, integration.companyId, id, status, BY_OPERATOR);
    });
  }

  /**
   * Deletes an integration. Its tokens are revoked and their webhooks disabled; its records stay.
   * @throws NOT_FOUND
   */
  async remove(tx: Tx, companyId: string, id: string, by: AuditContext): Promise<Integration> {
    const removed = await findIn(tx.manager, companyId, id);
    await tx.manager.update(Integration, { id }, { status: 'INACTIVE', deletedAt: new Date() });
    await this.hooks.runRemoved(tx, id, by);
    await this.record(tx, by, 'integration.deleted', removed);
    await this.epoch.bump(tx);
    return removed;
  }

  private record(
    tx: Tx,
    by: AuditContext,
    action: AuditAction,
    { companyId, id, name }: Integration,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const target = { kind: 'integration', id, name };
    return this.audit.record(tx, { ...by, companyId, action, target, details });
  }
}

async function findIn(manager: EntityManager, companyId: string, id: string): Promise<Integration> {
  const integration = await manager.findOneBy(Integration, { id, companyId, deletedAt: IsNull() });
  if (!integration) throw IntegrationErrors.notFound.error();
  return integration;
}

const NAMESAKE = `
  SELECT id FROM integrations ${dialect.useIndex('ix_integrations_name')}
  WHERE company_id = ? AND name = ? AND deleted_at IS NULL LIMIT 1`;

/** Locks the company's row, so two concurrent calls cannot take the same name. */
async function requireFreeName(tx: Tx, companyId: string, name: string, except?: string): Promise<void> {
  await tx.select(`SELECT id FROM companies WHERE id = ? ${dialect.forUpdate}`, [companyId]);
  const [namesake] = await tx.select<{ id: string }>(NAMESAKE, [companyId, name]);
  if (namesake && namesake.id !== except) throw IntegrationErrors.duplicateName.error();
}
