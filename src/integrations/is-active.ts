import type { EntityManager } from 'typeorm';
import { Integration } from './integration.entity.js';

/** Whether an integration works at present: a deactivated or removed one does not. */
export function isActive(manager: EntityManager, id: string): Promise<boolean> {
  return manager.existsBy(Integration, { id, status: 'ACTIVE' });
}
