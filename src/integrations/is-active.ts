import type { EntityManager } from 'typeorm';
import { Integration } from './integration.entity.js';

/** Whether an integration is active: neither deactivated nor deleted. */
export function isActive(manager: EntityManager, id: string): Promise<boolean> {
  return manager.existsBy(Integration, { id, status: 'ACTIVE' });
}
