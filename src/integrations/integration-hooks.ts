import { Injectable } from '@nestjs/common';
import type { AuditContext } from '../audit/audit-context.js';
import type { Tx } from '../platform/database/database.js';

/** Runs in the transaction that deletes an integration. */
type RemovedHook = (tx: Tx, integrationId: string, by: AuditContext) => Promise<void>;

/**
 * Lets higher modules take part in the deletion of an integration. Each kind of credential revokes its own.
 */
@Injectable()
export class IntegrationHooks {
  private readonly hooks: RemovedHook[] = [];

  onRemoved(hook: RemovedHook): void {
    this.hooks.push(hook);
  }

  async runRemoved(...args: Parameters<RemovedHook>): Promise<void> {
    for (const hook of this.hooks) await hook(...args);
  }
}
