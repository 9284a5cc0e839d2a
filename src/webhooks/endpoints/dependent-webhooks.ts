import type { DependentWebhook } from '../../auth/credentials/revocation-hooks.js';
import { groupBy } from '../../platform/values/group-by.js';
import type { Webhook } from './webhook.entity.js';

/** Groups webhooks by credential, for the response to a revocation. */
export function dependentsOf(webhooks: Webhook[]): Map<string, DependentWebhook[]> {
  const byCredential = groupBy(webhooks, ({ credentialId }) => credentialId);
  return new Map([...byCredential].map(([credentialId, hooks]) => [credentialId, hooks.map(shown)]));
}

function shown({ id, url, active }: Webhook): DependentWebhook {
  return { id, url, active: Boolean(active) };
}
